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
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Absence;
import io.ecsoperator.operator.engine.Applied;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Plan: decides which calls a cluster needs. */
final class ClusterPlanner implements Kind.Planner<EcsClusterStatus, ClusterObservation> {
  private static final EcsMember CREATED_NAME =
      EcsType.request("CreateCluster").member("clusterName");

  private final Ownership ownership;
  private final Timing timing;
  private final Absence absence;
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();

  ClusterPlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
    this.absence = new Absence(timing.grace());
  }

  @Override
  public Decision<EcsClusterStatus> plan(
      ReconcileContext<EcsClusterStatus> context, ClusterObservation observation) {
    return switch (observation.cluster()) {
      case Observation.Unknown unknown -> Decision.unknown(context.status(), unknown);
      case Observation.Present(ObjectNode tree) when new DescribedCluster(tree).exists() ->
          context.deleting()
              ? delete(context, new DescribedCluster(tree), observation)
              : converge(context, new DescribedCluster(tree), observation);
      case Observation.Present gone -> absent(context, observation);
      case Observation.Absent gone -> absent(context, observation);
    };
  }

  static EcsClusterStatus observed(EcsClusterStatus status, DescribedCluster cluster) {
    return new EcsClusterStatus(
        status.common().withArn(cluster.arn()), cluster.status(), cluster.name());
  }

  /**
   * Creates the cluster, without capacity providers that are missing: a managed instances provider
   * can be created only in a cluster.
   */
  private Decision<EcsClusterStatus> absent(
      ReconcileContext<EcsClusterStatus> context, ClusterObservation observation) {
    if (context.deleting()) {
      return absence.release(context, context.status(), mayExist(context, observation));
    }
    ObjectNode request = request(context.desired(), observation);
    if (observation.references().obstacle(timing.resync()).isPresent()) {
      request.remove(CapacityProviders.MEMBERS);
    }
    List<Action> create = List.of(new Action.Call("CreateCluster", request, List.of()));
    Set<String> added = CapacityProviders.addedBy(create, Optional.empty());
    if (needsCapacityProviders(context, observation, added)) {
      return Decision.need(context.status(), new ClusterRead.OfCapacityProviders(added));
    }
    if (observation.capacityProviders().flatMap(known -> known.obstacle(added)).isPresent()) {
      request.remove(CapacityProviders.MEMBERS);
    }
    return new Decision.Execute<>(
        new Plan(create),
        context.status(),
        applied(
            context.status(),
            AppliedPaths.of(
                ClusterSchema.SCHEMA, projection.desired(ClusterSchema.SCHEMA, request))),
        new ReadyState.Reconciling(
            Reason.CREATING,
            "Creating cluster " + CREATED_NAME.text(request) + ".",
            timing.poll()));
  }

  /**
   * Whether a cluster of this object may exist that ECS does not show. None does if ECS still
   * describes the one that the object had as deleted.
   */
  private static boolean mayExist(
      ReconcileContext<EcsClusterStatus> context, ClusterObservation observation) {
    boolean ended =
        observation.cluster() instanceof Observation.Present(ObjectNode tree)
            && isKnown(context, new DescribedCluster(tree));
    return !ended && context.mayHaveCreated();
  }

  /** ECS refuses calls that name missing providers: they are read before such a call is made. */
  private static boolean needsCapacityProviders(
      ReconcileContext<?> context, ClusterObservation observation, Set<String> added) {
    return !added.isEmpty()
        && observation.capacityProviders().isEmpty()
        && context.desired().mayWrite();
  }

  private Decision<EcsClusterStatus> converge(
      ReconcileContext<EcsClusterStatus> context,
      DescribedCluster cluster,
      ClusterObservation observation) {
    Optional<ReadyState> refusal =
        ownership.refusal(
            context.desired(), cluster.name(), cluster.json(), isKnown(context, cluster));
    if (refusal.isPresent()) {
      EcsClusterStatus status = context.status();
      return Decision.refused(
          status,
          new EcsClusterStatus(
              status.common().withArn(cluster.arn()), status.status(), status.clusterName()),
          refusal.get());
    }
    EcsClusterStatus observedStatus = observed(context.status(), cluster);
    if (!cluster.isActive()) {
      return Decision.done(
          observedStatus,
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_ECS,
              "Waiting for ECS: the cluster is " + cluster.status() + ".",
              timing.poll()));
    }
    ObjectNode desired =
        projection.desired(ClusterSchema.SCHEMA, request(context.desired(), observation));
    ObjectNode observed = projection.observed(ClusterSchema.SCHEMA, cluster.json());
    List<Action> calls = calls(context, observedStatus, desired, observed);
    Set<String> added = CapacityProviders.addedBy(calls, Optional.of(cluster));
    Set<String> unnamed =
        calls.stream().anyMatch(ClusterPlanner::putsCapacityProviders)
            ? CapacityProviders.unnamedIn(desired, cluster)
            : Set.of();
    if (!unnamed.isEmpty() && observation.capacityProviders().isEmpty()
        || needsCapacityProviders(context, observation, added)) {
      Set<String> names = new TreeSet<>(added);
      names.addAll(unnamed);
      return Decision.need(observedStatus, new ClusterRead.OfCapacityProviders(names));
    }
    if (!unnamed.isEmpty()) {
      ObjectNode withOwn =
          observation.capacityProviders().orElseThrow().withOwn(desired, unnamed, cluster);
      calls = calls(context, observedStatus, withOwn, observed);
    }
    Optional<ReadyState> waiting = waiting(observation, added);
    if (waiting.isPresent()) {
      calls = calls.stream().filter(call -> !putsCapacityProviders(call)).toList();
      if (calls.isEmpty()) {
        return Decision.done(observedStatus, waiting.get());
      }
    }
    return calls.isEmpty()
        ? Decision.done(
            applied(observedStatus, AppliedPaths.of(ClusterSchema.SCHEMA, desired)),
            new ReadyState.Ready(Reason.RECONCILED, "The cluster is as the spec asks."))
        : new Decision.Execute<>(
            new Plan(calls),
            observedStatus,
            applied(
                observedStatus,
                Applied.before(observedStatus.common(), ClusterSchema.SCHEMA, desired)),
            new ReadyState.Reconciling(Reason.UPDATING, "Updating the cluster.", timing.poll()));
  }

  /** Why the cluster cannot get its capacity providers yet. */
  private Optional<ReadyState> waiting(ClusterObservation observation, Set<String> added) {
    return observation
        .references()
        .obstacle(timing.resync())
        .or(
            () ->
                observation
                    .capacityProviders()
                    .flatMap(known -> known.obstacle(added))
                    .map(
                        obstacle ->
                            new ReadyState.Reconciling(
                                Reason.WAITING_FOR_CAPACITY_PROVIDER, obstacle, timing.resync())));
  }

  private List<Action> calls(
      ReconcileContext<EcsClusterStatus> context,
      EcsClusterStatus observedStatus,
      ObjectNode desired,
      ObjectNode observed) {
    List<String> ignored = context.desired().policies().ignoreFields();
    List<FieldChange> changes =
        differ.diff(
            ClusterSchema.SCHEMA,
            desired,
            observed,
            Applied.paths(context.status().common()),
            ignored);
    if (!context.mayTag()) {
      changes = TagCalls.withoutOwn(changes);
    }
    ObjectNode own = differ.yielding(ClusterSchema.SCHEMA, desired, observed, ignored);
    List<Action> calls = new ArrayList<>();
    for (Update update : updates.of(ClusterSchema.SCHEMA, own, observed, changes)) {
      calls.add(
          new Action.Call(
              update.operation(),
              named(observedStatus).setAll(update.members()),
              update.changes()));
    }
    calls.addAll(TagCalls.of(arn(observedStatus), changes, updates));
    return calls;
  }

  private static boolean putsCapacityProviders(Action action) {
    return action instanceof Action.Call call
        && call.operation().equals(ClusterSchema.PUT_CAPACITY_PROVIDERS);
  }

  private Decision<EcsClusterStatus> delete(
      ReconcileContext<EcsClusterStatus> context,
      DescribedCluster cluster,
      ClusterObservation observation) {
    if (!ownership.owns(
        context.desired(), cluster.name(), cluster.json(), isKnown(context, cluster))) {
      return new Decision.Released<>(context.status());
    }
    EcsClusterStatus observedStatus = observed(context.status(), cluster);
    if (context.desired().policies().deletion() == Policies.Deletion.RETAIN) {
      return Tags.value(cluster.json(), Owner.TAG).isEmpty()
          ? new Decision.Released<>(observedStatus)
          : act(observedStatus, TagCalls.release(arn(observedStatus)));
    }
    return Dependents.obstacle(
            observation.dependents(),
            context.desired().deletedAt().orElseThrow(),
            context.now(),
            timing.poll())
        .<Decision<EcsClusterStatus>>map(obstacle -> Decision.done(observedStatus, obstacle))
        .orElseGet(
            () ->
                cluster.isDeprovisioning()
                    ? Decision.done(observedStatus, deleting())
                    : deleteUnused(observedStatus, cluster, observation.deletedTogether()));
  }

  /**
   * Deletes the cluster. Objects that are deleted together with it are its own capacity providers:
   * ECS deletes none that the cluster uses, and no cluster that still has one of its own. So the
   * cluster first gives up all of them, then waits until they are deleted.
   */
  private Decision<EcsClusterStatus> deleteUnused(
      EcsClusterStatus observedStatus,
      DescribedCluster cluster,
      List<Dependents.Dependent> deletedTogether) {
    if (deletedTogether.isEmpty()) {
      return act(
          observedStatus, new Action.Call("DeleteCluster", named(observedStatus), List.of()));
    }
    if (!cluster.usesCapacityProviders()) {
      return Decision.done(
          observedStatus,
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_DEPENDENTS,
              "Waiting until these are deleted: " + Dependents.names(deletedTogether) + ".",
              timing.poll()));
    }
    ObjectNode none = named(observedStatus);
    CapacityProviders.MEMBERS.forEach(none::putArray);
    return act(
        observedStatus, new Action.Call(ClusterSchema.PUT_CAPACITY_PROVIDERS, none, List.of()));
  }

  private Decision<EcsClusterStatus> act(EcsClusterStatus observedStatus, Action call) {
    return new Decision.Execute<>(
        new Plan(List.of(call)), observedStatus, observedStatus, deleting());
  }

  private ReadyState deleting() {
    return new ReadyState.Reconciling(
        Reason.DELETING, "Waiting until ECS has deleted the cluster.", timing.poll());
  }

  private ObjectNode request(Desired desired, ClusterObservation observation) {
    ObjectNode request = observation.references().aws().deepCopy();
    request.put("clusterName", desired.nameOr("clusterName"));
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    return request;
  }

  private static ObjectNode named(EcsClusterStatus observedStatus) {
    return JsonNodeFactory.instance.objectNode().put("cluster", observedStatus.clusterName());
  }

  private static String arn(EcsClusterStatus observedStatus) {
    return Objects.requireNonNull(observedStatus.common().arn(), "ECS has described the cluster.");
  }

  private static boolean isKnown(
      ReconcileContext<EcsClusterStatus> context, DescribedCluster cluster) {
    return cluster.arn().equals(context.status().common().arn());
  }

  private static EcsClusterStatus applied(EcsClusterStatus status, List<String> paths) {
    return new EcsClusterStatus(
        status.common().withAppliedPaths(paths), status.status(), status.clusterName());
  }
}
