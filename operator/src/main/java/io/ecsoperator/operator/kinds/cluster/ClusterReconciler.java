package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.KindReconciler;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps an ECS cluster as its EcsCluster asks. */
public final class ClusterReconciler implements KindReconciler<EcsCluster, EcsClusterStatus> {
  private final Dependents dependents;
  private final ClusterPlanner planner;

  public ClusterReconciler(Dependents dependents, Ownership ownership, Timing timing) {
    this.dependents = dependents;
    this.planner = new ClusterPlanner(ownership, timing);
  }

  @Override
  public Class<EcsCluster> type() {
    return EcsCluster.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of();
  }

  @Override
  public EcsClusterStatus unknown() {
    return new EcsClusterStatus(CommonStatus.unknown(), null, null);
  }

  @Override
  public EcsClusterStatus withCommon(EcsClusterStatus status, CommonStatus common) {
    return new EcsClusterStatus(common, status.status(), status.clusterName());
  }

  @Override
  public Decision<EcsClusterStatus> look(ReconcileContext<EcsClusterStatus> view, EcsReader ecs) {
    ClusterObservation observation =
        new ClusterObservation(
            ecs.read(ClusterResource.ref(view.desired().nameOr("clusterName")), view.freshness()),
            view.deleting() ? dependents.of(view.desired().key()) : List.of(),
            CapacityProviders.NOT_LOOKED_FOR);
    Decision<EcsClusterStatus> step = planner.plan(view, observation);
    Set<String> providers = CapacityProviders.newIn(step, observation.cluster());
    return providers.isEmpty() || !view.desired().mayWrite()
        ? step
        : planner.plan(view, observation.with(read(providers, view, ecs)));
  }

  private static CapacityProviders read(
      Set<String> names, ReconcileContext<?> view, EcsReader ecs) {
    SortedMap<String, Observation> observations = new TreeMap<>();
    names.forEach(
        name ->
            observations.put(
                name, ecs.read(ResourceRef.inRegion("capacity_provider", name), view.freshness())));
    return new CapacityProviders(observations);
  }

  @Override
  public EcsClusterStatus learn(
      EcsClusterStatus status, Action.Call call, ObjectNode answer, Instant now) {
    return answer.has("cluster")
        ? ClusterPlanner.facts(status, (ObjectNode) answer.get("cluster"))
        : status;
  }
}
