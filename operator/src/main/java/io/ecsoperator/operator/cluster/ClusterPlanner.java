package io.ecsoperator.operator.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsClusterStatus;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.reconcile.Applied;
import io.ecsoperator.operator.reconcile.Step;
import io.ecsoperator.operator.reconcile.TagCalls;
import io.ecsoperator.operator.reconcile.Timing;
import io.ecsoperator.operator.reconcile.View;
import io.ecsoperator.operator.replica.Reading;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Verdict;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.Shape;
import io.ecsoperator.plan.UpdateRequests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to be done for a cluster. */
final class ClusterPlanner {
  private static final String PUT_CAPACITY_PROVIDERS = "PutClusterCapacityProviders";

  private final Ownership ownership;
  private final Timing timing;
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();

  ClusterPlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
  }

  Step<EcsClusterStatus> plan(View<EcsClusterStatus> view, ClusterObservation observation) {
    return switch (observation.cluster()) {
      case Reading.Unknown unknown -> Step.unknown(view.status(), unknown);
      case Reading.Present(ObjectNode cluster) when isThere(cluster) ->
          view.deleting()
              ? delete(view, cluster, observation.dependents())
              : converge(view, cluster, observation.capacityProviders());
      case Reading.Present gone -> absent(view, observation.capacityProviders());
      case Reading.Absent gone -> absent(view, observation.capacityProviders());
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
  private Step<EcsClusterStatus> absent(
      View<EcsClusterStatus> view, CapacityProviders capacityProviders) {
    if (view.deleting()) {
      return new Step.Released<>(view.status());
    }
    ObjectNode request = request(view.desired());
    if (capacityProviders.obstacle().isPresent()) {
      request.remove(CapacityProviders.MEMBERS);
    }
    return new Step.Act<>(
        new Plan(List.of(new Action.Call("CreateCluster", request, List.of()))),
        view.status(),
        applied(
            view.status(),
            AppliedPaths.of(Shape.CLUSTER, projection.desired(Shape.CLUSTER, request))),
        new Verdict.Reconciling(
            Reason.CREATING,
            "Creating cluster " + request.path("clusterName").asText() + ".",
            timing.poll()));
  }

  private Step<EcsClusterStatus> converge(
      View<EcsClusterStatus> view, ObjectNode cluster, CapacityProviders capacityProviders) {
    Optional<Verdict> refusal = ownership.refusal(view.desired(), cluster, isKnown(view, cluster));
    if (refusal.isPresent() && view.desired().mayWrite()) {
      return Step.settled(view.status(), refusal.get());
    }
    EcsClusterStatus facts = facts(view.status(), cluster);
    if (!cluster.path("status").asText().equals("ACTIVE")) {
      return Step.settled(
          facts,
          new Verdict.Reconciling(
              Reason.SETTLING,
              "ECS shows the cluster as " + cluster.path("status").asText() + ".",
              timing.poll()));
    }
    ObjectNode desired = projection.desired(Shape.CLUSTER, request(view.desired()));
    ObjectNode observed = projection.observed(Shape.CLUSTER, cluster);
    List<FieldChange> changes =
        differ.diff(
            Shape.CLUSTER,
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
        return Step.settled(
            facts,
            new Verdict.Reconciling(
                Reason.WAITING_FOR_CAPACITY_PROVIDER, obstacle.get(), timing.resync()));
      }
    }
    return calls.isEmpty()
        ? Step.settled(
            applied(facts, AppliedPaths.of(Shape.CLUSTER, desired)),
            new Verdict.Ready(Reason.RECONCILED, "The cluster is as the spec asks."))
        : new Step.Act<>(
            new Plan(calls),
            facts,
            applied(facts, Applied.before(facts.common(), Shape.CLUSTER, desired)),
            new Verdict.Reconciling(
                Reason.UPDATING, "Bringing the cluster to the spec.", timing.poll()));
  }

  private List<Action> calls(
      EcsClusterStatus facts, ObjectNode observed, List<FieldChange> changes) {
    List<Action> calls = new ArrayList<>();
    ObjectNode update = updates.cluster(observed, changes);
    if (!update.isEmpty()) {
      calls.add(
          new Action.Call(
              "UpdateCluster",
              named(facts.clusterName()).setAll(update),
              concerning(changes, update)));
    }
    updates
        .capacityProviders(observed, changes)
        .ifPresent(
            members ->
                calls.add(
                    new Action.Call(
                        PUT_CAPACITY_PROVIDERS,
                        named(facts.clusterName()).setAll(members),
                        concerning(changes, members))));
    calls.addAll(TagCalls.of(facts.common().arn(), changes, updates));
    return calls;
  }

  private static boolean putsCapacityProviders(Action action) {
    return action instanceof Action.Call call && call.operation().equals(PUT_CAPACITY_PROVIDERS);
  }

  private static List<FieldChange> concerning(List<FieldChange> changes, ObjectNode members) {
    return changes.stream()
        .filter(change -> members.has(change.path().split("[.\\[]", 2)[0]))
        .toList();
  }

  private Step<EcsClusterStatus> delete(
      View<EcsClusterStatus> view, ObjectNode cluster, List<Dependents.Dependent> dependents) {
    if (!ownership.owns(view.desired(), cluster, isKnown(view, cluster))) {
      return new Step.Released<>(view.status());
    }
    EcsClusterStatus facts = facts(view.status(), cluster);
    if (view.desired().policies().deletion() == Policies.Deletion.RETAIN) {
      return Tags.value(cluster, Owner.TAG).isEmpty()
          ? new Step.Released<>(facts)
          : act(facts, TagCalls.release(facts.common().arn()));
    }
    return Dependents.obstacle(
            dependents, view.desired().deletedAt().orElseThrow(), view.now(), timing.poll())
        .<Step<EcsClusterStatus>>map(obstacle -> Step.settled(facts, obstacle))
        .orElseGet(
            () ->
                cluster.path("status").asText().equals("DEPROVISIONING")
                    ? Step.settled(facts, deleting())
                    : act(
                        facts,
                        new Action.Call("DeleteCluster", named(facts.clusterName()), List.of())));
  }

  private Step<EcsClusterStatus> act(EcsClusterStatus facts, Action call) {
    return new Step.Act<>(new Plan(List.of(call)), facts, facts, deleting());
  }

  private Verdict deleting() {
    return new Verdict.Reconciling(
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

  private static boolean isKnown(View<EcsClusterStatus> view, ObjectNode cluster) {
    return cluster.path("clusterArn").asText().equals(view.status().common().arn());
  }

  private static EcsClusterStatus applied(EcsClusterStatus status, List<String> paths) {
    return new EcsClusterStatus(
        status.common().withAppliedPaths(paths), status.status(), status.clusterName());
  }
}
