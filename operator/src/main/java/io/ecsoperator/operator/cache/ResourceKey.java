package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsLocation;
import java.util.Optional;

/**
 * One ECS resource in this account and region.
 *
 * @param cluster the cluster's name; empty for a resource that lives in no cluster
 * @param id the name or id without the rest of the ARN; for a versioned resource {@code
 *     name:version}, or {@code name} for its newest version; the whole ARN if that is of another
 *     region
 */
record ResourceKey(AwsResource resource, String cluster, String id) {
  /** Whether this stands for the newest version of a versioned resource. */
  boolean isNewestVersion() {
    return resource.isVersioned() && !id.contains(":");
  }

  /** The name without the version. */
  String unversionedId() {
    return id.split(":", 2)[0];
  }

  /** Whether the resource is in another region, where the cache reads nothing. */
  boolean isInOtherRegion() {
    return isInOtherRegion(id);
  }

  static boolean isInOtherRegion(String id) {
    return id.startsWith("arn:");
  }

  /** Maps the names and ARNs that ECS takes alike to one key per resource. */
  static final class Factory {
    private static final String DEFAULT_CLUSTER = "default";

    private final AwsResources resources;
    private final String region;

    Factory(AwsResources resources, String region) {
      this.resources = resources;
      this.region = region;
    }

    /**
     * @throws IllegalArgumentException if no table describes the resource, or if the reference
     *     names a cluster for a resource that lives in none
     */
    ResourceKey of(ResourceRef ref) {
      AwsResource resource = resources.named(ref.resource());
      if (!resource.isIn(Scope.IN_CLUSTER) && !ref.cluster().isEmpty()) {
        throw new IllegalArgumentException(resource + " lives in no cluster: " + ref);
      }
      return switch (resource.arns().scope()) {
        case REGION -> new ResourceKey(resource, "", id(ref.nameOrArn()));
        case IN_CLUSTER -> new ResourceKey(resource, cluster(ref.cluster()), id(ref.nameOrArn()));
        case CLUSTER -> new ResourceKey(resource, "", cluster(ref.nameOrArn()));
      };
    }

    /** The resource that an ARN leads to: its description shows what the ARN names. */
    Optional<ResourceKey> ofArn(String arn) {
      return resources.ofArn(arn).map(this::of);
    }

    private String cluster(String nameOrArn) {
      return nameOrArn.isEmpty() ? DEFAULT_CLUSTER : id(nameOrArn);
    }

    /** Keeps an ARN of another region whole: the same name means another resource here. */
    private String id(String nameOrArn) {
      boolean inOtherRegion =
          AwsLocation.ofArn(nameOrArn)
              .filter(location -> !location.region().equals(region))
              .isPresent();
      return inOtherRegion ? nameOrArn : nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1);
    }
  }
}
