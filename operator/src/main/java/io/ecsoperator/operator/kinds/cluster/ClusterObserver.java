package io.ecsoperator.operator.kinds.cluster;

import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Read;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what the plan of a cluster depends on. */
final class ClusterObserver implements Kind.Observer<EcsClusterStatus, ClusterObservation> {
  private final References references;
  private final Dependents dependents;
  private final List<ReferenceField> fields;

  ClusterObserver(References references, Dependents dependents, List<ReferenceField> fields) {
    this.references = references;
    this.dependents = dependents;
    this.fields = fields;
  }

  @Override
  public ClusterObservation observe(ReconcileContext<EcsClusterStatus> context, EcsReader ecs) {
    return new ClusterObservation(
        references.resolve(context.desired(), fields),
        ecs.read(ClusterResource.ref(context.desired().nameOr("clusterName")), context.freshness()),
        context.deleting() ? dependents.of(context.desired().key()) : List.of(),
        context.deleting() ? dependents.deletedTogether(context.desired().key()) : List.of(),
        Optional.empty());
  }

  @Override
  public ClusterObservation observe(
      ReconcileContext<EcsClusterStatus> context,
      ClusterObservation observed,
      List<? extends Read> reads,
      EcsReader ecs) {
    ClusterObservation more = observed;
    for (Read read : reads) {
      more =
          switch ((ClusterRead) read) {
            case ClusterRead.OfCapacityProviders(Set<String> names) ->
                more.with(capacityProviders(names, context, ecs));
          };
    }
    return more;
  }

  private static CapacityProviders capacityProviders(
      Set<String> names, ReconcileContext<?> context, EcsReader ecs) {
    SortedMap<String, Observation> observations = new TreeMap<>();
    names.forEach(
        name ->
            observations.put(
                name,
                ecs.read(ResourceRef.inRegion("capacity_provider", name), context.freshness())));
    return new CapacityProviders(observations);
  }
}
