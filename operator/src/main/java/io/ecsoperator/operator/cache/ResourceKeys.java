package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsLocation;
import java.util.Optional;

/** Maps the names and ARNs that ECS takes alike to one key per resource. */
final class ResourceKeys {
  private static final String DEFAULT_CLUSTER = "default";

  private final AwsResources resources;
  private final String region;

  ResourceKeys(AwsResources resources, String region) {
    this.resources = resources;
    this.region = region;
  }

  /**
   * @throws IllegalArgumentException if no table describes the resource, or if the reference names
   *     a cluster for a resource that lives in none
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
