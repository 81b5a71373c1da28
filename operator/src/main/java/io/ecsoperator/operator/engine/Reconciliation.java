package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus.SentChange;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.EcsReaders;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The reconcile loop, the same for every kind: observe, plan, execute, report. It knows nothing of
 * Kubernetes beyond the object itself, so that tests of long times need no API server.
 */
public final class Reconciliation<R extends EcsResource<S>, S extends EcsStatus, O> {
  /** How often one reconcile plans. What is left to do after that is up to the next reconcile. */
  private static final int MAX_PASSES = 4;

  /**
   * ECS takes some operations only once a second: after so many calls the next reconcile goes on.
   */
  private static final int MAX_CALLS = 20;

  private final Kind<R, S, O> kind;
  private final PlanExecutor executor;
  private final EcsReaders ecs;
  private final LocationCheck locationCheck;
  private final ReferenceCheck referenceCheck;
  private final StatusBuilder<S> statusBuilder;
  private final Timing timing;
  private final Absence absence;
  private final Clock clock;
  private final ReconcileMetrics metrics;
  private final WriteGuard guard = new WriteGuard();
  private final HeldChanges heldChanges = new HeldChanges();

  /** Uids of objects whose deletion began with the intent to delete the resource too. */
  private final Set<String> terminating = ConcurrentHashMap.newKeySet();

  /** Uids of objects whose resource ECS does not let this operator tag. */
  private final Set<String> untaggable = ConcurrentHashMap.newKeySet();

  /**
   * @param observation what the decision is based on; empty if ECS could not be read
   */
  private record Planned<S extends EcsStatus, O>(Decision<S> decision, Optional<O> observation) {}

  public Reconciliation(Kind<R, S, O> kind, Dependencies dependencies) {
    this.kind = kind;
    this.executor = dependencies.planExecutor();
    this.ecs = dependencies.ecs();
    this.locationCheck = new LocationCheck(ecs);
    this.referenceCheck = dependencies.referenceCheck();
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
    referenceCheck.begin(desired, kind.references(), isInEffect(context));
    ReconcileResult.PendingEvents events = new ReconcileResult.PendingEvents();
    if (isReleased(desired)) {
      return statusBuilder.released(context, events, status);
    }
    return validate(context)
        .map(refusal -> report(context, events, refusal))
        .orElseGet(() -> converge(context, events, recordIntent));
  }

  /** Keeps in mind over the following reconciles that calls may have been made and not recorded. */
  private ReconcileContext<S> remembered(ReconcileContext<S> context) {
    return context.isUnrecorded() && context.status().common().appliedPaths() == null
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
        context(desired, status, false),
        new ReconcileResult.PendingEvents(),
        Decision.done(status, obstacle));
  }

  /** Observes, plans and executes until nothing is left to be done now, and reports. */
  private ReconcileResult<S> converge(
      ReconcileContext<S> start, ReconcileResult.PendingEvents events, Consumer<S> recordIntent) {
    EcsReader reader = ecs.readerFor(CallContext.of(start.readPriority(), start.desired().key()));
    ReconcileContext<S> context = start;
    Optional<Decision.Execute<S>> executed = Optional.empty();
    int calls = 0;
    for (int pass = 0; pass < MAX_PASSES && calls < MAX_CALLS; pass++) {
      Planned<S, O> planned = plan(context, reader);
      if (pass == 0 && inherits(start, planned.decision())) {
        events.normal(
            "Inherited",
            "ECS already had this resource with the owner tag of this namespace and name: the"
                + " object continues to manage it.");
      }
      if (!(planned.decision() instanceof Decision.Execute<S> wanted)) {
        return report(context, events, unlessOutdated(reader, shown(context, planned.decision())));
      }
      if (!context.desired().mayWrite()) {
        return statusBuilder.planned(context, events, wanted);
      }
      List<WriteGuard.Held> held = held(context, wanted);
      Optional<Decision.Execute<S>> sendable = sendable(context, planned, wanted, held, reader);
      if (sendable.isEmpty()) {
        return report(context, events, heldChanges.held(context, wanted, held));
      }
      Decision.Execute<S> execute = sendable.get();
      if (executed.map(Decision.Execute::plan).filter(execute.plan()::equals).isPresent()) {
        return statusBuilder.notVisible(context, events, execute);
      }
      ReferenceCheck.Result references = checkReferences(context, execute);
      if (references instanceof ReferenceCheck.Result.Wait(ReadyState state)) {
        return report(context, events, Decision.done(execute.status(), state));
      }
      if (references instanceof ReferenceCheck.Result.PlanAgain) {
        continue;
      }
      Optional<String> location = locationCheck.current();
      if (location.isEmpty()) {
        return report(
            context, events, Decision.unknown(context.status(), locationCheck.noAnswer()));
      }
      boolean corrects = correctsDrift(context, execute, pass);
      if (corrects) {
        metrics.corrected(kind.name());
      }
      S intent = recordIntent(context, execute, location.get(), recordIntent);
      PlanExecutor.Result result =
          executor.execute(
              execute.plan(), context.desired().key(), writePriority(context, execute));
      S learned = recordResponses(context, wanted, execute, intent, result.responses());
      emitCalls(events, execute, result.responses().size(), corrects);
      if (result instanceof PlanExecutor.Result.Failed failed
          && !isLeftUntagged(context, events, failed)) {
        return reportFailure(
            context, events, execute, afterFailure(context, learned, failed), failed);
      }
      executed = Optional.of(execute);
      calls += execute.plan().actions().size();
      context = context.next(learned, mayTag(context), clock.instant());
    }
    return executed.isPresent()
        ? statusBuilder.unfinished(context, events, executed.get())
        : report(context, events, Decision.done(context.status(), referenceCheck.stillChanging()));
  }

  /** Whether this generation was in effect when the status was last written. */
  private boolean isInEffect(ReconcileContext<S> context) {
    return Long.valueOf(context.desired().generation())
        .equals(context.lastStatus().common().effectiveGeneration());
  }

  /** Observes what the planner needs, and plans. */
  private Planned<S, O> plan(ReconcileContext<S> context, EcsReader reader) {
    try {
      return plan(context, kind.observer().observe(context, reader), reader);
    } catch (AwsFailure failure) {
      return new Planned<>(Decision.unknown(context.status(), failure), Optional.empty());
    }
  }

  private ReferenceCheck.Result checkReferences(
      ReconcileContext<S> context, Decision.Execute<S> execute) {
    return context.deleting() || !kind.dependsOnReferences(execute.plan())
        ? new ReferenceCheck.Result.Passed()
        : referenceCheck.check(context.desired(), kind.references(), kind.comparesFields());
  }

  /** Plans from what was observed. The planner says as data what it needs beside. */
  private Planned<S, O> plan(ReconcileContext<S> context, O observed, EcsReader reader) {
    O observation = observed;
    Decision<S> decision = kind.planner().plan(context, observation);
    while (decision instanceof Decision.Need<S> need) {
      observation = kind.observer().observe(context, observation, need.reads(), reader);
      decision = kind.planner().plan(context, observation);
    }
    return new Planned<>(decision, Optional.of(observation));
  }

  /** Whether an object that is new finds a resource that an object of its name has left. */
  private boolean inherits(ReconcileContext<S> start, Decision<S> decision) {
    return start.desired().mayWrite()
        && !start.deleting()
        && !start.mayHaveCreated()
        && decision.status().common().arn() != null
        && !(decision instanceof Decision.Execute<S> execute && TagCalls.takesOver(execute.plan()));
  }

  /** The changes that were sent so often that they are not sent now. */
  private List<WriteGuard.Held> held(ReconcileContext<S> context, Decision.Execute<S> execute) {
    return isGuarded(context, execute)
        ? guard.held(context.desired().uid(), context.sentChanges(), execute.plan(), context.now())
        : List.of();
  }

  /**
   * What may be sent now: the plan, or where the guard holds some of its changes, a plan without
   * them.
   */
  private Optional<Decision.Execute<S>> sendable(
      ReconcileContext<S> context,
      Planned<S, O> planned,
      Decision.Execute<S> wanted,
      List<WriteGuard.Held> held,
      EcsReader reader) {
    if (held.isEmpty()) {
      return Optional.of(wanted);
    }
    if (!kind.sendsInParts()) {
      return Optional.empty();
    }
    List<String> paths = held.stream().map(change -> change.change().path()).toList();
    try {
      return plan(context.ignoring(paths), planned.observation().orElseThrow(), reader).decision()
                  instanceof Decision.Execute<S> rest
              && held(context, rest).isEmpty()
          ? Optional.of(rest)
          : Optional.empty();
    } catch (AwsFailure failure) {
      return Optional.empty();
    }
  }

  /** Deletions, clean-up and what only creates have limits of their own. */
  private boolean isGuarded(ReconcileContext<S> context, Decision.Execute<S> execute) {
    return kind.comparesFields()
        && !context.deleting()
        && !(execute.readyState() instanceof ReadyState.Ready);
  }

  /** What was read may be outdated while reads fail: the object keeps its last state. */
  private static <S extends EcsStatus> Decision<S> unlessOutdated(
      EcsReader reader, Decision<S> decision) {
    return decision instanceof Decision.Done<S> done
        ? reader
            .failure()
            .<Decision<S>>map(failure -> Decision.unknown(done.status(), failure))
            .orElse(done)
        : decision;
  }

  /** The decision with the record that ECS shows what was sent. */
  private Decision<S> shown(ReconcileContext<S> context, Decision<S> decision) {
    return decision instanceof Decision.Done<S> done && isCompared(done.readyState())
        ? heldChanges.shown(
            context,
            new Decision.Done<>(
                withSentChanges(
                    done.status(),
                    guard.shown(context.desired().uid(), context.sentChanges(), Plan.NOTHING)),
                done.readyState(),
                done.available(),
                done.requeueAfter()))
        : decision;
  }

  /** Whether the planner has compared ECS with the spec before it came to this state. */
  private static boolean isCompared(ReadyState state) {
    return !(state instanceof ReadyState.Stalled)
        && state.reason() != Reason.WAITING_FOR_REFERENCE
        && state.reason() != Reason.WAITING_FOR_ECS;
  }

  private S withSentChanges(S status, List<SentChange> sent) {
    return kind.withCommon(status, status.common().withSentChanges(sent));
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

  /**
   * @param wanted the whole plan, with the changes that the guard holds
   * @param execute what was sent of it
   */
  private S recordResponses(
      ReconcileContext<S> context,
      Decision.Execute<S> wanted,
      Decision.Execute<S> execute,
      S intent,
      List<ObjectNode> responses) {
    S learned = intent;
    String uid = context.desired().uid();
    List<SentChange> sent = guard.shown(uid, context.sentChanges(), wanted.plan());
    for (int i = 0; i < responses.size(); i++) {
      Action.Call call = (Action.Call) execute.plan().actions().get(i);
      if (isGuarded(context, execute)) {
        sent = guard.accepted(uid, sent, call, clock.instant());
      }
      learned = kind.recordResponse(learned, call, responses.get(i), clock.instant());
      learned = kind.withCommon(learned, Applied.after(learned.common(), call));
    }
    return withSentChanges(learned, sent);
  }

  private ReconcileResult<S> report(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, Decision<S> decision) {
    return switch (decision) {
      case Decision.Done<S> done -> statusBuilder.done(context, events, done);
      case Decision.Unknown<S> unknown ->
          isReleasedDespite(unknown.failure(), context)
              ? releasedDespite(unknown.failure(), context, events, unknown.status())
              : wasNeverMade(context)
                  ? statusBuilder.released(context, events, unknown.status())
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
      ReconcileResult.PendingEvents events,
      Decision.Execute<S> execute,
      S status,
      PlanExecutor.Result.Failed failed) {
    if (isReleasedDespite(failed.failure(), context)) {
      return releasedDespite(failed.failure(), context, events, status);
    }
    return execute.readyState() instanceof ReadyState.Ready ready
        ? statusBuilder.postponed(
            context, events, new Decision.Postponed<>(status, ready, failed.failure()))
        : statusBuilder.failed(context, events, status, failed.failure());
  }

  private S afterFailure(
      ReconcileContext<S> context, S learned, PlanExecutor.Result.Failed failed) {
    if (failed.failure().deferredUntil().isPresent()) {
      return withoutCreation(context, kind.onDeferred(context.status(), learned, failed.call()));
    }
    return failed.failure().ambiguous()
        ? learned
        : withoutCreation(
            context, kind.onRejected(context.status(), learned, failed.call(), failed.failure()));
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
    referenceCheck.forget(uid);
    terminating.remove(uid);
    untaggable.remove(uid);
    heldChanges.forget(uid);
  }

  private ReconcileContext<S> context(Desired desired, S written, boolean firstReconcile) {
    S lastStatus =
        desired
            .annotations()
            .runRecord()
            .map(runRecord -> kind.restored(written, runRecord))
            .orElse(written);
    ReconcileContext<S> context =
        new ReconcileContext<>(
            desired,
            lastStatus,
            lastStatus,
            firstReconcile,
            true,
            EcsReader.Freshness.NOW,
            clock.instant());
    // Each generation and each request is tried as if nothing had been sent.
    S status =
        context.isObserved() && !context.isRequested()
            ? lastStatus
            : withSentChanges(lastStatus, List.of());
    return new ReconcileContext<>(
        desired,
        lastStatus,
        status,
        firstReconcile,
        mayTag(context),
        context.isRequested()
            ? EcsReader.Freshness.NOW
            : absence.freshness(context, timing.stale()),
        context.now());
  }

  private Optional<Decision<S>> validate(ReconcileContext<S> context) {
    // An unreadable spec must not hold up a deletion.
    boolean isRead = kind.comparesFields() && !context.deleting();
    Optional<ReadyState> invalid =
        isRead
            ? context
                .desired()
                .error(kind.maxRequestBytes())
                .map(message -> new ReadyState.Stalled(Reason.INVALID_SPEC, message))
            : Optional.empty();
    return invalid
        .or(() -> foreign(context))
        .<Decision<S>>map(state -> Decision.done(context.status(), state))
        .or(() -> locationCheck.validate(context.desired(), context.status()));
  }

  private Optional<ReadyState> foreign(ReconcileContext<S> context) {
    return context.deleting()
        ? Optional.empty()
        : locationCheck.foreign(context.desired(), kind.references());
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

  /** An Event for each call that worked; a correction of drift is no change of a user. */
  private void emitCalls(
      ReconcileResult.PendingEvents events,
      Decision.Execute<S> execute,
      int made,
      boolean correctsDrift) {
    execute.plan().actions().stream()
        .limit(made)
        .map(Action.Call.class::cast)
        .forEach(
            call ->
                events.normal(
                    correctsDrift ? "DriftCorrected" : kind.eventReason(call.operation()),
                    correctsDrift
                        ? "ECS was changed while the spec was not. " + PlanReport.eventText(call)
                        : PlanReport.eventText(call)));
  }

  /** Whether ECS was changed by another, while the spec stayed as it was. */
  private boolean correctsDrift(
      ReconcileContext<S> context, Decision.Execute<S> execute, int pass) {
    return pass == 0
        && context.wasReady()
        && writePriority(context, execute) == Priority.CHANGE
        && kind.sameIntent(context.lastStatus(), execute.intent());
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

  /** Whether nothing was ever made in ECS for an object that is being deleted. */
  private boolean wasNeverMade(ReconcileContext<S> context) {
    return context.deleting() && kind.comparesFields() && !context.mayHaveCreated();
  }

  /** No failure of ECS may hold an object whose resource is to be kept. */
  private ReconcileResult<S> releasedDespite(
      AwsFailure failure,
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status) {
    events.warning(
        "Retained",
        "The resource is kept, but its owner tag could not be removed: " + failure.message());
    return statusBuilder.released(context, events, status);
  }

  /** A resource that may not be tagged is known by its ARN: an Event says so once. */
  private boolean isLeftUntagged(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      PlanExecutor.Result.Failed failed) {
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

  /** What every reconciliation works with. */
  public record Dependencies(
      EcsReaders ecs,
      ReferenceCheck referenceCheck,
      PlanExecutor planExecutor,
      Timing timing,
      Clock clock,
      RandomGenerator random,
      ReconcileMetrics metrics) {}
}
