package io.ecsoperator.operator.cache;

/** Where the name of a resource is unique. */
public enum Scope {
  /** In the account and region. */
  REGION,
  /** In a cluster, which requests have to name. */
  IN_CLUSTER,
  /** In the account and region; the resource is the cluster that {@link #IN_CLUSTER} refers to. */
  CLUSTER
}
