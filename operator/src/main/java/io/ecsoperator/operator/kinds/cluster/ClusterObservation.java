package io.ecsoperator.operator.kinds.cluster;

import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import java.util.List;

/**
 * What there is of a cluster.
 *
 * @param dependents the objects that have to be gone before it; looked for only while deleting
 * @param capacityProviders looked for only when the cluster is about to get some
 */
record ClusterObservation(
    Observation cluster, List<Dependent> dependents, CapacityProviders capacityProviders) {

  ClusterObservation with(CapacityProviders capacityProviders) {
    return new ClusterObservation(cluster, dependents, capacityProviders);
  }
}
