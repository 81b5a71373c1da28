package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.engine.Applied;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.TagCalls;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to be done for a cluster. */
final class ClusterPlanner {
  private final Ownership ownership;
  private final Timing timing;
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();

  ClusterPlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
  }

  Decision<EcsClusterStatus> plan(
      ReconcileContext<EcsClusterStatus> view, ClusterObservation observation) {
    return switch (observation.cluster()) {
      case Observation.Unknown unknown -> Decision.unknown(view.status(), unknown);
      case Observation.Present(ObjectNode cluster) when isThere(cluster) ->
          view.deleting()
              ? delete(view, cluster, observation.dependents())
              : converge(view, cluster, observation.capacityProviders());
      case Observation.Present gone -> absent(view, observation.capacityProviders());
      case Observation.Absent gone -> absent(view, observation.capacityProviders());
    };
  }

  /** ECS describes a deleted cluster as INACTIVE for a while. */
  private static boolean isThere(ObjectNode cluster) {
    return !cluster.path("status").asText().equals("INACTIVE");
  }

  static EcsClusterStatus facts(EcsClusterStatus status, ObjectNode cluster) {
    return new EcsClusterStatus(
        status.common().withArn(cluster.path("clusterArn").asText()),
        cluster.path("status").asText(),
        cluster.path("clusterName").asText());
  }

  /** Without capacity providers that are not there yet: some can be created only in a cluster. */
  private Decision<EcsClusterStatus> absent(
      ReconcileContext<EcsClusterStatus> view, CapacityProviders capacityProviders) {
    if (view.deleting()) {
      return new Decision.Released<>(view.status());
    }
    ObjectNode request = request(view.desired());
    if (capacityProviders.obstacle().isPresent()) {
      request.remove(CapacityProviders.MEMBERS);
    }
    return new Decision.Act<>(
        new Plan(List.of(new Action.Call("CreateCluster", request, List.of()))),
        view.status(),
        applied(
            view.status(),
            AppliedPaths.of(
                ClusterSchema.SCHEMA, projection.desired(ClusterSchema.SCHEMA, request))),
        new ReadyState.Reconciling(
            Reason.CREATING,
            "Creating cluster " + request.path("clusterName").asText() + ".",
            timing.poll()));
  }

  private Decision<EcsClusterStatus> converge(
      ReconcileContext<EcsClusterStatus> view,
      ObjectNode cluster,
      CapacityProviders capacityProviders) {
    Optional<ReadyState> refusal =
        ownership.refusal(view.desired(), cluster, isKnown(view, cluster));
    if (refusal.isPresent() && view.desired().mayWrite()) {
      return Decision.settled(view.status(), refusal.get());
    }
    EcsClusterStatus facts = facts(view.status(), cluster);
    if (!cluster.path("status").asText().equals("ACTIVE")) {
      return Decision.settled(
          facts,
          new ReadyState.Reconciling(
              Reason.SETTLING,
              "ECS shows the cluster as " + cluster.path("status").asText() + ".",
              timing.poll()));
    }
    ObjectNode desired = projection.desired(ClusterSchema.SCHEMA, request(view.desired()));
    ObjectNode observed = projection.observed(ClusterSchema.SCHEMA, cluster);
    List<FieldChange> changes =
        differ.diff(
            ClusterSchema.SCHEMA,
            desired,
            observed,
            Applied.paths(view.status().common()),
            view.desired().policies().ignoreFields());
    if (!view.mayTag()) {
      changes = TagCalls.withoutOwn(changes);
    }
    Optional<String> obstacle = capacityProviders.obstacle();
    List<Action> calls = calls(facts, observed, changes);
    if (obstacle.isPresent()) {
      calls = calls.stream().filter(call -> !putsCapacityProviders(call)).toList();
      if (calls.isEmpty()) {
        return Decision.settled(
            facts,
            new ReadyState.Reconciling(
                Reason.WAITING_FOR_CAPACITY_PROVIDER, obstacle.get(), timing.resync()));
      }
    }
    return calls.isEmpty()
        ? Decision.settled(
            applied(facts, AppliedPaths.of(ClusterSchema.SCHEMA, desired)),
            new ReadyState.Ready(Reason.RECONCILED, "The cluster is as the spec asks."))
        : new Decision.Act<>(
            new Plan(calls),
            facts,
            applied(facts, Applied.before(facts.common(), ClusterSchema.SCHEMA, desired)),
            new ReadyState.Reconciling(
                Reason.UPDATING, "Bringing the cluster to the spec.", timing.poll()));
  }

  private List<Action> calls(
      EcsClusterStatus facts, ObjectNode observed, List<FieldChange> changes) {
    List<Action> calls = new ArrayList<>();
    for (Update update : updates.of(ClusterSchema.SCHEMA, observed, changes)) {
      calls.add(
          new Action.Call(
              update.operation(),
              named(facts.clusterName()).setAll(update.members()),
              update.changes()));
    }
    calls.addAll(TagCalls.of(facts.common().arn(), changes, updates));
    return calls;
  }

  private static boolean putsCapacityProviders(Action action) {
    return action instanceof Action.Call call
        && call.operation().equals(ClusterSchema.PUT_CAPACITY_PROVIDERS);
  }

  private Decision<EcsClusterStatus> delete(
      ReconcileContext<EcsClusterStatus> view,
      ObjectNode cluster,
      List<Dependents.Dependent> dependents) {
    if (!ownership.owns(view.desired(), cluster, isKnown(view, cluster))) {
      return new Decision.Released<>(view.status());
    }
    EcsClusterStatus facts = facts(view.status(), cluster);
    if (view.desired().policies().deletion() == Policies.Deletion.RETAIN) {
      return Tags.value(cluster, Owner.TAG).isEmpty()
          ? new Decision.Released<>(facts)
          : act(facts, TagCalls.release(facts.common().arn()));
    }
    return Dependents.obstacle(
            dependents, view.desired().deletedAt().orElseThrow(), view.now(), timing.poll())
        .<Decision<EcsClusterStatus>>map(obstacle -> Decision.settled(facts, obstacle))
        .orElseGet(
            () ->
                cluster.path("status").asText().equals("DEPROVISIONING")
                    ? Decision.settled(facts, deleting())
                    : act(
                        facts,
                        new Action.Call("DeleteCluster", named(facts.clusterName()), List.of())));
  }

  private Decision<EcsClusterStatus> act(EcsClusterStatus facts, Action call) {
    return new Decision.Act<>(new Plan(List.of(call)), facts, facts, deleting());
  }

  private ReadyState deleting() {
    return new ReadyState.Reconciling(
        Reason.DELETING, "Waiting until ECS has deleted the cluster.", timing.poll());
  }

  private ObjectNode request(Desired desired) {
    ObjectNode request = desired.aws().deepCopy();
    request.put("clusterName", desired.nameOr("clusterName"));
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    return request;
  }

  private static ObjectNode named(String cluster) {
    return JsonNodeFactory.instance.objectNode().put("cluster", cluster);
  }

  private static boolean isKnown(ReconcileContext<EcsClusterStatus> view, ObjectNode cluster) {
    return cluster.path("clusterArn").asText().equals(view.status().common().arn());
  }

  private static EcsClusterStatus applied(EcsClusterStatus status, List<String> paths) {
    return new EcsClusterStatus(
        status.common().withAppliedPaths(paths), status.status(), status.clusterName());
  }
}
