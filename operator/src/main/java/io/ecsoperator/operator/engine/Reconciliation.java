package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.EcsReaders;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The reconcile loop, the same for every kind: observe, plan, execute, report. It knows nothing of
 * Kubernetes beyond the object itself, so that tests of long times need no API server.
 */
public final class Reconciliation<R extends EcsResource<S>, S extends EcsStatus, O> {
  /** A plan's responses are observed again at once; what is still to do then comes later. */
  private static final int MAX_PASSES = 4;

  /**
   * ECS takes some operations only once a second: after so many calls the next reconcile goes on.
   */
  private static final int MAX_CALLS = 20;

  private final Kind<R, S, O> kind;
  private final PlanExecutor executor;
  private final EcsReaders ecs;
  private final LocationCheck locationCheck;
  private final StatusBuilder<S> statusBuilder;
  private final Timing timing;
  private final Absence absence;
  private final Clock clock;
  private final ReconcileMetrics metrics;

  /** Uids of objects whose deletion began with the intent to delete the resource too. */
  private final Set<String> terminating = ConcurrentHashMap.newKeySet();

  /** Uids of objects whose resource ECS does not let this operator tag. */
  private final Set<String> untaggable = ConcurrentHashMap.newKeySet();

  public Reconciliation(Kind<R, S, O> kind, ReconcilerDependencies dependencies) {
    this.kind = kind;
    this.executor = dependencies.planExecutor();
    this.ecs = dependencies.ecs();
    this.locationCheck = new LocationCheck(ecs);
    this.statusBuilder = new StatusBuilder<>(kind, dependencies);
    this.timing = dependencies.timing();
    this.absence = new Absence(timing.grace());
    this.clock = dependencies.clock();
    this.metrics = dependencies.metrics();
    metrics.register(kind.name());
  }

  /**
   * Reconciles an object once.
   *
   * @param status as it was last written
   * @param firstReconcile whether nothing can have been made in ECS for the object yet
   * @param recordIntent writes a status at once, before ECS is called
   */
  public ReconcileResult<S> reconcile(
      Desired desired, S status, boolean firstReconcile, Consumer<S> recordIntent) {
    ReconcileContext<S> context = remembered(context(desired, status, firstReconcile));
    PendingEvents events = new PendingEvents();
    if (isReleased(desired)) {
      return statusBuilder.released(context, events, status);
    }
    return validate(context)
        .map(refusal -> report(context, events, refusal))
        .orElseGet(() -> converge(context, events, recordIntent));
  }

  /** Keeps in mind over the following reconciles that calls may have been made and not recorded. */
  private ReconcileContext<S> remembered(ReconcileContext<S> context) {
    return context.isUnrecorded()
        ? context.next(
            kind.withCommon(
                context.status(), context.status().common().withAppliedPaths(List.of())),
            context.mayTag(),
            context.now())
        : context;
  }

  /** Reports why an object cannot be reconciled now, without a call to ECS. */
  ReconcileResult<S> postpone(Desired desired, S status, ReadyState obstacle) {
    return report(
        context(desired, status, false), new PendingEvents(), Decision.done(status, obstacle));
  }

  /** Observes, plans and executes until nothing is left to be done now, and reports. */
  private ReconcileResult<S> converge(
      ReconcileContext<S> start, PendingEvents events, Consumer<S> recordIntent) {
    EcsReader reader = ecs.readerFor(CallContext.of(start.readPriority(), start.desired().key()));
    ReconcileContext<S> context = start;
    Optional<Decision.Execute<S>> executed = Optional.empty();
    int calls = 0;
    for (int pass = 0; pass < MAX_PASSES && calls < MAX_CALLS; pass++) {
      Decision<S> decision = plan(context, reader);
      if (!(decision instanceof Decision.Execute<S> execute)) {
        return report(context, events, decision);
      }
      if (!context.desired().mayWrite()) {
        return statusBuilder.planned(context, events, execute);
      }
      if (executed.map(Decision.Execute::plan).filter(execute.plan()::equals).isPresent()) {
        return statusBuilder.notVisible(context, events, execute);
      }
      Optional<String> location = locationCheck.current();
      if (location.isEmpty()) {
        return report(context, events, Decision.unknown(context.status(), LocationCheck.NO_ANSWER));
      }
      countDriftCorrection(context, execute, pass);
      S intent = recordIntent(context, execute, location.get(), recordIntent);
      ExecutionResult result =
          executor.execute(
              execute.plan(), context.desired().key(), writePriority(context, execute));
      S learned = recordResponses(events, execute.plan(), intent, result.responses());
      if (result instanceof ExecutionResult.Failed failed
          && !isLeftUntagged(context, events, failed)) {
        return reportFailure(
            context, events, execute, afterFailure(context, learned, failed), failed);
      }
      executed = Optional.of(execute);
      calls += execute.plan().actions().size();
      context = context.next(learned, mayTag(context), clock.instant());
    }
    return statusBuilder.unfinished(context, events, executed.orElseThrow());
  }

  /** Observes what the planner needs, and plans. The planner says as data what it needs beside. */
  private Decision<S> plan(ReconcileContext<S> context, EcsReader reader) {
    try {
      O observation = kind.observe(context, reader);
      Decision<S> decision = kind.plan(context, observation);
      while (decision instanceof Decision.Need<S> need) {
        observation = kind.observe(context, observation, need.reads(), reader);
        decision = kind.plan(context, observation);
      }
      return decision;
    } catch (AwsFailure failure) {
      return Decision.unknown(context.status(), failure);
    }
  }

  /** Writes down what is about to be called, where that is not written already. */
  private S recordIntent(
      ReconcileContext<S> context,
      Decision.Execute<S> execute,
      String location,
      Consumer<S> recordIntent) {
    S intent =
        kind.withCommon(execute.intent(), execute.intent().common().withAwsLocation(location));
    if (!intent.equals(context.status()) && kind.mustRecordIntent(context)) {
      recordIntent.accept(statusBuilder.intent(context, intent, execute.readyState()));
    }
    return intent;
  }

  private S recordResponses(PendingEvents events, Plan plan, S intent, List<ObjectNode> responses) {
    S learned = intent;
    for (int i = 0; i < responses.size(); i++) {
      Action.Call call = (Action.Call) plan.actions().get(i);
      learned = kind.recordResponse(learned, call, responses.get(i), clock.instant());
      learned = kind.withCommon(learned, Applied.after(learned.common(), call));
      events.normal(kind.eventReason(call.operation()), PlanReport.eventText(call));
    }
    return learned;
  }

  private ReconcileResult<S> report(
      ReconcileContext<S> context, PendingEvents events, Decision<S> decision) {
    return switch (decision) {
      case Decision.Done<S> done -> statusBuilder.done(context, events, done);
      case Decision.Unknown<S> unknown ->
          isReleasedDespite(unknown.failure(), context)
              ? releasedDespite(unknown.failure(), context, events, unknown.status())
              : statusBuilder.unknown(context, events, unknown);
      case Decision.Postponed<S> postponed -> statusBuilder.postponed(context, events, postponed);
      case Decision.Released<S>(S status) -> statusBuilder.released(context, events, status);
      case Decision.Expired<S>(S status) -> statusBuilder.expired(context, events, status);
      case Decision.Need<S> need -> throw new IllegalArgumentException("Not read: " + need.reads());
      case Decision.Execute<S> execute ->
          throw new IllegalArgumentException("Not executed: " + execute.plan());
    };
  }

  private ReconcileResult<S> reportFailure(
      ReconcileContext<S> context,
      PendingEvents events,
      Decision.Execute<S> execute,
      S status,
      ExecutionResult.Failed failed) {
    if (isReleasedDespite(failed.failure(), context)) {
      return releasedDespite(failed.failure(), context, events, status);
    }
    return execute.readyState() instanceof ReadyState.Ready ready
        ? statusBuilder.postponed(
            context, events, new Decision.Postponed<>(status, ready, failed.failure()))
        : statusBuilder.failed(context, events, status, failed.failure());
  }

  private S afterFailure(ReconcileContext<S> context, S learned, ExecutionResult.Failed failed) {
    if (failed.failure().deferredUntil().isPresent()) {
      kind.onDeferred(learned, failed.call());
      return withoutCreation(context, learned);
    }
    return failed.failure().ambiguous()
        ? learned
        : withoutCreation(context, kind.onRejected(learned, failed.call(), failed.failure()));
  }

  /** The status with nothing applied, if a call without effect was the first for the object. */
  private S withoutCreation(ReconcileContext<S> context, S learned) {
    return context.mayHaveCreated() || learned.common().arn() != null
        ? learned
        : kind.withCommon(learned, learned.common().withAppliedPaths(null));
  }

  /** The object is gone from Kubernetes. */
  void forget(ObjectKey object, String uid) {
    ecs.forget(object);
    terminating.remove(uid);
    untaggable.remove(uid);
  }

  private ReconcileContext<S> context(Desired desired, S status, boolean firstReconcile) {
    ReconcileContext<S> context =
        new ReconcileContext<>(
            desired, status, status, firstReconcile, true, Freshness.NOW, clock.instant());
    return new ReconcileContext<>(
        desired,
        status,
        status,
        firstReconcile,
        mayTag(context),
        context.isRequested() ? Freshness.NOW : absence.freshness(context, timing.stale()),
        context.now());
  }

  private Optional<Decision<S>> validate(ReconcileContext<S> context) {
    // An unreadable spec must not hold up a deletion.
    boolean isRead = kind.comparesFields() && !context.deleting();
    Optional<ReadyState> invalid =
        isRead ? SpecValidator.validate(context.desired()) : Optional.empty();
    return invalid
        .<Decision<S>>map(state -> Decision.done(context.status(), state))
        .or(() -> locationCheck.validate(context.desired(), context.status()));
  }

  /**
   * Whether the object may go without a call: because it was only planned or observed, or because
   * Retain was set while it was terminating, the way out when ECS can no longer be reached.
   */
  private boolean isReleased(Desired desired) {
    if (desired.deletedAt().isEmpty()) {
      return false;
    }
    if (desired.policies().management() != Policies.Management.MANAGE) {
      return true;
    }
    if (!desired.retains()) {
      terminating.add(desired.uid());
      return false;
    }
    return terminating.contains(desired.uid());
  }

  private void countDriftCorrection(
      ReconcileContext<S> context, Decision.Execute<S> execute, int pass) {
    if (pass == 0
        && context.wasReady()
        && writePriority(context, execute) == Priority.CHANGE
        && kind.sameIntent(context.lastStatus(), execute.intent())) {
      metrics.corrected(kind.name());
    }
  }

  /** Work for an object that is Ready all the same can wait. */
  private static <S extends EcsStatus> Priority writePriority(
      ReconcileContext<S> context, Decision.Execute<S> execute) {
    if (context.deleting()) {
      return Priority.DELETE;
    }
    return execute.readyState() instanceof ReadyState.Ready ? Priority.CLEANUP : Priority.CHANGE;
  }

  /** A call that is only queued for quota will be sent yet. */
  private static boolean isReleasedDespite(AwsFailure failure, ReconcileContext<?> context) {
    return context.desired().retains() && failure.deferredUntil().isEmpty();
  }

  /** No failure of ECS may hold an object whose resource is to be kept. */
  private ReconcileResult<S> releasedDespite(
      AwsFailure failure, ReconcileContext<S> context, PendingEvents events, S status) {
    events.warning(
        "Retained",
        "The resource is kept, but its owner tag could not be removed: " + failure.message());
    return statusBuilder.released(context, events, status);
  }

  /** A resource that may not be tagged is known by its ARN: an Event says so once. */
  private boolean isLeftUntagged(
      ReconcileContext<S> context, PendingEvents events, ExecutionResult.Failed failed) {
    if (!TagCalls.isRefusalOfOwnTags(failed.call(), failed.failure())) {
      return false;
    }
    untaggable.add(context.desired().uid());
    events.warning(
        "NotTagged",
        "ECS refuses the owner tag; the operator knows the resource by its ARN: "
            + failed.failure().message());
    return true;
  }

  /** A missing tag is no drift of a resource that is only observed. */
  private boolean mayTag(ReconcileContext<S> context) {
    return !context.observesOnly() && !untaggable.contains(context.desired().uid());
  }
}
