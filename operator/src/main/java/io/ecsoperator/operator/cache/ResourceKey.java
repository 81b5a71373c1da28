package io.ecsoperator.operator.cache;

/**
 * One resource of ECS in this account and region.
 *
 * @param cluster the cluster's name; empty for what is in no cluster
 * @param id the name; for a task or container instance its id, for a task definition {@code
 *     family:revision} or {@code family}; the whole ARN where that names another region
 */
record ResourceKey(Kind kind, String cluster, String id) {
  /** Whether it stands for whatever is the newest revision of a family. */
  boolean isFamily() {
    return kind == Kind.TASK_DEFINITION && !id.contains(":");
  }
}
