package io.ecsoperator.operator.kinds.cluster;

import io.ecsoperator.operator.engine.Read;
import java.util.Set;

/** What a cluster's planner needs to know only sometimes. */
sealed interface ClusterRead extends Read {

  /** The capacity providers that a plan gives the cluster. */
  record OfCapacityProviders(Set<String> names) implements ClusterRead {}
}
