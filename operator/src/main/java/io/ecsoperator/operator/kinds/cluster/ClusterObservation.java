package io.ecsoperator.operator.kinds.cluster;

import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import io.ecsoperator.operator.desired.References;
import java.util.List;
import java.util.Optional;

/**
 * What was observed of a cluster.
 *
 * @param dependents the objects that have to be gone before it; read only while deleting
 * @param deletedTogether the objects of the cluster that are being deleted too and that the cluster
 *     uses itself; read only while deleting
 * @param capacityProviders read only when a plan gives the cluster some
 */
record ClusterObservation(
    References.Resolved references,
    Observation cluster,
    List<Dependent> dependents,
    List<Dependent> deletedTogether,
    Optional<CapacityProviders> capacityProviders) {

  ClusterObservation with(CapacityProviders capacityProviders) {
    return new ClusterObservation(
        references, cluster, dependents, deletedTogether, Optional.of(capacityProviders));
  }
}
