package io.ecsoperator.operator.cache;

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
}
