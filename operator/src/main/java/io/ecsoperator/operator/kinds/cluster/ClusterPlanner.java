package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Absence;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.OwnTags;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
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
        status.common().withArn(cluster.arn()),
        cluster.status(),
        cluster.name(),
        cluster.capacityProviders());
  }

  /**
   * Creates the cluster, without capacity providers that are missing: a managed instances provider
   * can be created only in a cluster.
   */
  private Decision<EcsClusterStatus> absent(
      ReconcileContext<EcsClusterStatus> context, ClusterObservation observation) {
    if (context.deleting()) {
      return absence.releaseEnded(context, context.status(), isEnded(context, observation));
    }
    ObjectNode request = request(context.desired(), observation);
    if (observation.references().obstacle(timing.resync()).isPresent()) {
      request.remove(CapacityProviders.MEMBERS);
    }
    List<Plan.Call> create = List.of(new Plan.Call("CreateCluster", request, List.of()));
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
        applied(context.status(), Comparison.ofNew(ClusterSchema.SCHEMA, request).appliedPaths()),
        new ReadyState.Reconciling(
            Reason.CREATING,
            "Creating cluster " + CREATED_NAME.text(request) + ".",
            timing.poll()));
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
      return Decision.refused(context.status(), cluster.arn(), refusal.get());
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
    Comparison comparison =
        Comparison.of(
            ClusterSchema.SCHEMA, context, request(context.desired(), observation), cluster.json());
    List<Plan.Call> calls = calls(comparison, observedStatus);
    Set<String> added = CapacityProviders.addedBy(calls, Optional.of(cluster));
    Set<String> unnamed =
        calls.stream().anyMatch(ClusterPlanner::putsCapacityProviders)
            ? CapacityProviders.unnamedIn(comparison.desired(), cluster)
            : Set.of();
    if (!unnamed.isEmpty() && observation.capacityProviders().isEmpty()
        || needsCapacityProviders(context, observation, added)) {
      Set<String> names = new TreeSet<>(added);
      names.addAll(unnamed);
      return Decision.need(observedStatus, new ClusterRead.OfCapacityProviders(names));
    }
    if (!unnamed.isEmpty()) {
      ObjectNode withOwn =
          observation
              .capacityProviders()
              .orElseThrow()
              .withOwn(comparison.desired(), unnamed, cluster);
      calls = calls(comparison.ofDesired(withOwn, context), observedStatus);
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
            applied(observedStatus, comparison.appliedPaths()),
            new ReadyState.Ready(Reason.RECONCILED, "The cluster is as the spec asks."))
        : new Decision.Execute<>(
            new Plan(calls),
            observedStatus,
            applied(observedStatus, comparison.appliedBefore(observedStatus.common())),
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

  private static List<Plan.Call> calls(Comparison comparison, EcsClusterStatus observedStatus) {
    List<Plan.Call> calls = comparison.updateCalls(named(observedStatus));
    calls.addAll(comparison.tagCalls(arn(observedStatus)));
    return calls;
  }

  private static boolean putsCapacityProviders(Plan.Call call) {
    return call.operation().equals(ClusterSchema.PUT_CAPACITY_PROVIDERS);
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
    if (context.desired().retains()) {
      return Decision.retained(
          observedStatus, OwnTags.release(cluster.json(), cluster.arn()), deleting());
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
      return act(observedStatus, new Plan.Call("DeleteCluster", named(observedStatus), List.of()));
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
        observedStatus, new Plan.Call(ClusterSchema.PUT_CAPACITY_PROVIDERS, none, List.of()));
  }

  private Decision<EcsClusterStatus> act(EcsClusterStatus observedStatus, Plan.Call call) {
    return Decision.execute(observedStatus, List.of(call), deleting());
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

  private static boolean isEnded(
      ReconcileContext<EcsClusterStatus> context, ClusterObservation observation) {
    return observation.cluster() instanceof Observation.Present(ObjectNode tree)
        && isKnown(context, new DescribedCluster(tree));
  }

  private static boolean isKnown(
      ReconcileContext<EcsClusterStatus> context, DescribedCluster cluster) {
    return cluster.arn().equals(context.status().common().arn());
  }

  private static EcsClusterStatus applied(EcsClusterStatus status, List<String> paths) {
    return status.withCommon(status.common().withAppliedPaths(paths));
  }
}
