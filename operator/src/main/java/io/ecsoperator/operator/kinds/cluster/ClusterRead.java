package io.ecsoperator.operator.kinds.cluster;

import io.ecsoperator.operator.engine.Read;
import java.util.Set;

/** Reads that only some plans of a cluster depend on. */
sealed interface ClusterRead extends Read {

  /** The capacity providers that a plan gives the cluster. */
  record OfCapacityProviders(Set<String> names) implements ClusterRead {}
}
