package io.ecsoperator.operator.kinds.capacityprovider;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to be done for a capacity provider. */
final class CapacityProviderPlanner
    implements Kind.Planner<EcsCapacityProviderStatus, CapacityProviderObservation> {
  private static final EcsMember CREATED_NAME =
      EcsType.request("CreateCapacityProvider").member("name");
  private static final String UPDATE = "UpdateCapacityProvider";
  private static final String DELETE = "DeleteCapacityProvider";

  private final Ownership ownership;
  private final Timing timing;
  private final Absence absence;
  private final ChangePauses pauses;

  CapacityProviderPlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
    this.absence = new Absence(timing.grace());
    this.pauses = new ChangePauses(timing);
  }

  @Override
  public Decision<EcsCapacityProviderStatus> plan(
      ReconcileContext<EcsCapacityProviderStatus> context,
      CapacityProviderObservation observation) {
    return switch (observation.provider()) {
      case Observation.Unknown unknown -> Decision.unknown(context.status(), unknown);
      case Observation.Present(ObjectNode tree) when new DescribedCapacityProvider(tree).exists() ->
          context.deleting()
              ? delete(context, new DescribedCapacityProvider(tree), observation.dependents())
              : converge(context, new DescribedCapacityProvider(tree), observation);
      case Observation.Present gone -> absent(context, observation);
      case Observation.Absent gone -> absent(context, observation);
    };
  }

  private Decision<EcsCapacityProviderStatus> absent(
      ReconcileContext<EcsCapacityProviderStatus> context,
      CapacityProviderObservation observation) {
    if (context.deleting()) {
      return absence.releaseEnded(context, context.status(), isEnded(context, observation));
    }
    Optional<ReadyState> obstacle = observation.references().obstacle(timing.resync());
    if (obstacle.isPresent()) {
      return Decision.done(context.status(), obstacle.get());
    }
    ObjectNode request = request(context.desired(), observation);
    return new Decision.Execute<>(
        new Plan(List.of(new Plan.Call("CreateCapacityProvider", request, List.of()))),
        context.status(),
        applied(
            context.status(),
            Comparison.ofNew(CapacityProviderSchema.SCHEMA, request).appliedPaths()),
        new ReadyState.Reconciling(
            Reason.CREATING,
            "Creating capacity provider " + CREATED_NAME.text(request) + ".",
            timing.poll()));
  }

  private Decision<EcsCapacityProviderStatus> converge(
      ReconcileContext<EcsCapacityProviderStatus> context,
      DescribedCapacityProvider provider,
      CapacityProviderObservation observation) {
    Optional<ReadyState> refusal =
        ownership.refusal(
            context.desired(), provider.name(), provider.json(), isKnown(context, provider));
    if (refusal.isPresent()) {
      return Decision.refused(context.status(), provider.arn(), refusal.get());
    }
    EcsCapacityProviderStatus facts = CapacityProviderStatusMapper.map(context.status(), provider);
    Optional<ReadyState> obstacle =
        observation.references().obstacle(timing.resync()).or(() -> notActive(provider));
    if (obstacle.isPresent()) {
      return Decision.done(facts, obstacle.get());
    }
    Comparison comparison =
        Comparison.of(
            CapacityProviderSchema.SCHEMA,
            context,
            request(context.desired(), observation),
            provider.json());
    Optional<ReadyState> replacement = replacement(comparison.replacements());
    if (replacement.isPresent()) {
      return Decision.done(facts, replacement.get());
    }
    List<Plan.Call> update = comparison.updateCalls(identified("name", provider));
    Optional<Decision.Done<EcsCapacityProviderStatus>> unfinished =
        unfinished(context, facts, provider, !update.isEmpty());
    boolean updating = unfinished.isEmpty() && !update.isEmpty();
    List<Plan.Call> calls = new ArrayList<>(updating ? update : List.of());
    calls.addAll(comparison.tagCalls(provider.arn()));
    if (calls.isEmpty()) {
      return unfinished
          .<Decision<EcsCapacityProviderStatus>>map(done -> done)
          .orElseGet(
              () ->
                  Decision.done(
                      applied(facts, comparison.appliedPaths()),
                      new ReadyState.Ready(
                          Reason.RECONCILED, "The capacity provider is as the spec asks.")));
    }
    EcsCapacityProviderStatus intent = applied(facts, comparison.appliedBefore(facts.common()));
    return new Decision.Execute<>(
        new Plan(calls),
        facts,
        updating ? pauses.requested(context, intent, UPDATE) : intent,
        new ReadyState.Reconciling(
            Reason.UPDATING, "Updating the capacity provider.", timing.poll()));
  }

  /** What ECS has to finish before the capacity provider can be used or changed. */
  private Optional<ReadyState> notActive(DescribedCapacityProvider provider) {
    String status = provider.status();
    if (provider.is("CREATE_FAILED")) {
      return Optional.of(
          new ReadyState.Stalled(
              Reason.REFUSED,
              "ECS could not create the capacity provider: "
                  + reason(provider)
                  + " Correct what ECS names, then delete this object and apply it again."));
    }
    if (status.equals("DEPROVISIONING") || provider.is("DELETE_IN_PROGRESS")) {
      return Optional.of(
          new ReadyState.Reconciling(
              Reason.WAITING_FOR_ECS,
              "The capacity provider is being deleted in ECS; it is created anew once that has"
                  + " ended.",
              timing.poll()));
    }
    return status.equals("ACTIVE")
        ? Optional.empty()
        : Optional.of(
            new ReadyState.Reconciling(
                Reason.CREATING,
                "ECS shows the capacity provider as " + status + ".",
                timing.poll()));
  }

  /**
   * What keeps an update from being requested or from counting as done: ECS takes one at a time,
   * and reports later that it failed.
   */
  private Optional<Decision.Done<EcsCapacityProviderStatus>> unfinished(
      ReconcileContext<EcsCapacityProviderStatus> context,
      EcsCapacityProviderStatus facts,
      DescribedCapacityProvider provider,
      boolean differs) {
    return switch (provider.updateStatus().orElse("")) {
      case "UPDATE_IN_PROGRESS" ->
          Optional.of(
              Decision.done(
                  facts,
                  new ReadyState.Reconciling(
                      Reason.UPDATING, "ECS is updating the capacity provider.", timing.poll())));
      // ECS keeps this state until the next update, also where the spec wants what ECS shows.
      case "UPDATE_FAILED" -> {
        Optional<Duration> pause = pauses.left(context, facts, UPDATE);
        yield !differs || pause.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Decision.Done<>(
                    facts,
                    new ReadyState.Stalled(
                        Reason.REFUSED,
                        "ECS could not update the capacity provider: "
                            + reason(provider)
                            + " Correct what ECS names, or change the spec."),
                    Optional.empty(),
                    pause));
      }
      default -> Optional.empty();
    };
  }

  private static String reason(DescribedCapacityProvider provider) {
    return provider.updateStatusReason().orElse("it gives no reason.");
  }

  private static Optional<ReadyState> replacement(List<String> paths) {
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReadyState.Stalled(
                Reason.REPLACEMENT_REQUIRED,
                "ECS cannot change "
                    + String.join(", ", paths)
                    + " of a capacity provider: change the spec back, or delete this object and"
                    + " apply it under the new spec."));
  }

  private Decision<EcsCapacityProviderStatus> delete(
      ReconcileContext<EcsCapacityProviderStatus> context,
      DescribedCapacityProvider provider,
      List<Dependents.Dependent> dependents) {
    if (!ownership.owns(
        context.desired(), provider.name(), provider.json(), isKnown(context, provider))) {
      return new Decision.Released<>(context.status());
    }
    EcsCapacityProviderStatus facts = CapacityProviderStatusMapper.map(context.status(), provider);
    if (context.desired().retains()) {
      return Decision.retained(facts, OwnTags.release(provider.json(), provider.arn()), deleting());
    }
    return Dependents.obstacle(
            dependents, context.desired().deletedAt().orElseThrow(), context.now(), timing.poll())
        .or(() -> undeletable(context, facts, provider))
        .<Decision<EcsCapacityProviderStatus>>map(obstacle -> Decision.done(facts, obstacle))
        .orElseGet(
            () ->
                new Decision.Execute<>(
                    new Plan(
                        List.of(
                            new Plan.Call(
                                DELETE, identified("capacityProvider", provider), List.of()))),
                    facts,
                    pauses.requested(context, facts, DELETE),
                    deleting()));
  }

  /** Why ECS is not asked now to delete the capacity provider. */
  private Optional<ReadyState> undeletable(
      ReconcileContext<EcsCapacityProviderStatus> context,
      EcsCapacityProviderStatus facts,
      DescribedCapacityProvider provider) {
    if (provider.is("DELETE_FAILED")) {
      return pauses
          .left(context, facts, DELETE)
          .map(
              pause ->
                  new ReadyState.Reconciling(
                      Reason.REFUSED_FOR_NOW,
                      "ECS did not delete the capacity provider: " + reason(provider),
                      pause));
    }
    return provider.isChanging() ? Optional.of(deleting()) : Optional.empty();
  }

  private ReadyState deleting() {
    return new ReadyState.Reconciling(
        Reason.DELETING, "Waiting until ECS has deleted the capacity provider.", timing.poll());
  }

  private ObjectNode request(Desired desired, CapacityProviderObservation observation) {
    ObjectNode request = observation.references().aws().deepCopy();
    request.put("name", desired.nameOr("name"));
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    return request;
  }

  /** A request for an existing capacity provider: ECS finds managed instances in their cluster. */
  private static ObjectNode identified(String member, DescribedCapacityProvider provider) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put(member, provider.name());
    provider.cluster().ifPresent(cluster -> request.set("cluster", cluster));
    return request;
  }

  private static boolean isEnded(
      ReconcileContext<EcsCapacityProviderStatus> context,
      CapacityProviderObservation observation) {
    return observation.provider() instanceof Observation.Present(ObjectNode tree)
        && isKnown(context, new DescribedCapacityProvider(tree));
  }

  private static boolean isKnown(
      ReconcileContext<EcsCapacityProviderStatus> context, DescribedCapacityProvider provider) {
    return provider.arn().equals(context.status().common().arn());
  }

  private static EcsCapacityProviderStatus applied(
      EcsCapacityProviderStatus status, List<String> paths) {
    return status.withCommon(status.common().withAppliedPaths(paths));
  }
}
