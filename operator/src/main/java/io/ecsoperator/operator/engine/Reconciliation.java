package io.ecsoperator.operator.engine;

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
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

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
  private final Execution<S> execution;
  private final EcsReaders ecs;
  private final LocationCheck locationCheck;
  private final ReferenceCheck referenceCheck;
  private final StatusBuilder<S> statusBuilder;
  private final Timing timing;
  private final Absence absence;
  private final Clock clock;
  private final WriteGuard guard = new WriteGuard();
  private final UnansweredChanges unansweredChanges;
  private final PeriodicReads periodicReads;
  private final ObjectMemory.OfKind memories = new ObjectMemory.OfKind();
  private final HeldChanges heldChanges = new HeldChanges(memories);

  /**
   * @param observation what the decision is based on; empty if ECS could not be read
   */
  private record Planned<S extends EcsStatus, O>(Decision<S> decision, Optional<O> observation) {
    Plan plan() {
      return decision instanceof Decision.Execute<S> execute ? execute.plan() : Plan.NOTHING;
    }
  }

  public Reconciliation(Kind<R, S, O> kind, Dependencies dependencies) {
    this.kind = kind;
    this.ecs = dependencies.ecs();
    this.locationCheck = new LocationCheck(ecs);
    this.referenceCheck = dependencies.referenceCheck();
    this.statusBuilder = new StatusBuilder<>(kind, memories, dependencies);
    this.execution =
        new Execution<>(kind, memories, guard, statusBuilder, locationCheck, dependencies);
    this.timing = dependencies.timing();
    this.absence = new Absence(timing.grace());
    this.unansweredChanges = new UnansweredChanges(timing);
    this.periodicReads = new PeriodicReads(kind, memories, timing, dependencies.random());
    this.clock = dependencies.clock();
    dependencies.metrics().register(kind.name());
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
    referenceCheck.begin(
        memories.of(desired.uid()), desired, kind.references(), isInEffect(context));
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
            Kind.withCommon(
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

  /**
   * Releases an object that is being deleted although another object keeps it. Nothing is called:
   * the next object of its name continues with what it has in ECS. That waits until ECS shows all
   * that this one may have made, and until the other object would be deleted too if both were
   * deleted at once, as with their namespace.
   */
  ReconcileResult<S> handOver(Desired desired, S status, ObjectKey keeper) {
    ReconcileContext<S> context = context(desired, status, false);
    ReconcileResult.PendingEvents events = new ReconcileResult.PendingEvents();
    if (desired.deletedAt().orElseThrow().plus(timing.grace()).isAfter(context.now())) {
      return report(
          context,
          events,
          Decision.done(
              status,
              new ReadyState.Reconciling(
                  Reason.WAITING_FOR_DEPENDENTS,
                  "%s %s keeps this object. Unless it is deleted too, it gets another one, which continues with the same ECS resource."
                      .formatted(keeper.kind(), keeper.name()),
                  timing.poll())));
    }
    return statusBuilder.released(context, events, status);
  }

  /** Observes, plans and executes until nothing is left to be done now, and reports. */
  private ReconcileResult<S> converge(
      ReconcileContext<S> start, ReconcileResult.PendingEvents events, Consumer<S> recordIntent) {
    EcsReader reader = ecs.readerFor(CallContext.of(start.readPriority(), start.desired().key()));
    ReconcileContext<S> context = start;
    Optional<Decision.Execute<S>> executed = Optional.empty();
    int calls = 0;
    for (int pass = 0; pass < MAX_PASSES && calls < MAX_CALLS; pass++) {
      Planned<S, O> planned = observeAndPlan(context, reader);
      if (pass == 0) {
        emitInherited(context, events, planned.decision());
      }
      Decision<S> decision = permitted(context, planned, executed, reader);
      if (decision instanceof Decision.PlanAgain<S>) {
        continue;
      }
      if (!(decision instanceof Decision.Execute<S> execute && context.desired().mayWrite())) {
        return report(context, events, decision);
      }
      boolean corrects = executed.isEmpty() && correctsDrift(context, execute);
      Execution.Outcome<S> outcome =
          execution.execute(context, events, planned.plan(), execute, corrects, recordIntent);
      if (outcome.failure().isPresent()) {
        return reportFailure(context, events, execute, outcome.status(), outcome.failure().get());
      }
      executed = Optional.of(execute);
      calls += execute.plan().calls().size();
      context = context.next(outcome.status(), execution.mayTag(context), clock.instant());
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
  private Planned<S, O> observeAndPlan(ReconcileContext<S> context, EcsReader reader) {
    try {
      return plan(context, kind.observer().observe(context, reader), reader);
    } catch (AwsFailure failure) {
      return new Planned<>(Decision.unknown(context.status(), failure), Optional.empty());
    }
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

  /**
   * The decision as far as it may be carried out now: a plan without the changes that were sent too
   * often, or why the plan has to wait.
   *
   * @param executed the plan of the pass before
   */
  private Decision<S> permitted(
      ReconcileContext<S> context,
      Planned<S, O> planned,
      Optional<Decision.Execute<S>> executed,
      EcsReader reader) {
    if (!(planned.decision() instanceof Decision.Execute<S> wanted)) {
      return unlessOutdated(reader, shown(context, planned.decision()));
    }
    if (!context.desired().mayWrite()) {
      return wanted;
    }
    List<WriteGuard.Held> held = held(context, wanted);
    Optional<Decision.Execute<S>> sendable = sendable(context, planned, wanted, held, reader);
    if (sendable.isEmpty()) {
      return heldChanges.held(context, wanted, held);
    }
    Decision.Execute<S> execute = sendable.get();
    if (executed.map(Decision.Execute::plan).filter(execute.plan()::equals).isPresent()) {
      return new Decision.NotVisible<>(execute);
    }
    return checkReferences(context, execute)
        .orElseGet(
            () ->
                locationCheck.current().isEmpty()
                    ? Decision.unknown(context.status(), locationCheck.noAnswer())
                    : execute);
  }

  /** Why a plan waits for the objects that the object refers to; empty if it need not. */
  private Optional<Decision<S>> checkReferences(
      ReconcileContext<S> context, Decision.Execute<S> execute) {
    if (context.deleting() || !kind.dependsOnReferences(execute.plan())) {
      return Optional.empty();
    }
    return switch (referenceCheck.check(
        memories.of(context.desired().uid()),
        context.desired(),
        kind.references(),
        kind.comparesFields())) {
      case ReferenceCheck.Result.Passed passed -> Optional.empty();
      case ReferenceCheck.Result.Wait(ReadyState state) ->
          Optional.of(Decision.done(execute.status(), state));
      case ReferenceCheck.Result.PlanAgain again ->
          Optional.of(new Decision.PlanAgain<>(execute.status()));
    };
  }

  /** The changes that were sent so often that they are not sent now. */
  private List<WriteGuard.Held> held(ReconcileContext<S> context, Decision.Execute<S> execute) {
    return WriteGuard.limits(kind, context, execute)
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
    if (!(decision instanceof Decision.Done<S> done && isCompared(done.readyState()))) {
      return decision;
    }
    String uid = context.desired().uid();
    Decision.Done<S> shown =
        new Decision.Done<>(
            withSentChanges(done.status(), guard.shown(uid, context.sentChanges(), Plan.NOTHING)),
            done.readyState(),
            done.available(),
            done.requeueAfter());
    periodicReads.done(context);
    return unansweredChanges.report(
        context, memories.of(uid).conflict().isEmpty() ? shown : heldChanges.shown(context, shown));
  }

  /** Whether the planner has compared ECS with the spec before it came to this state. */
  private static boolean isCompared(ReadyState state) {
    return !(state instanceof ReadyState.Stalled)
        && state.reason() != Reason.WAITING_FOR_REFERENCE
        && state.reason() != Reason.WAITING_FOR_ECS;
  }

  private S withSentChanges(S status, List<SentChange> sent) {
    return Kind.withCommon(status, status.common().withSentChanges(sent));
  }

  /** An Event if an object that is new finds a resource that an object of its name has left. */
  private void emitInherited(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, Decision<S> decision) {
    if (context.desired().mayWrite()
        && !context.deleting()
        && !context.mayHaveCreated()
        && decision.status().common().arn() != null
        && !(decision instanceof Decision.Execute<S> execute
            && OwnTags.takesOver(execute.plan()))) {
      events.normal(
          EventReason.INHERITED,
          "ECS already had this resource with the owner tag of this namespace and name: the"
              + " object continues to manage it.");
    }
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
      case Decision.Execute<S> execute -> statusBuilder.planned(context, events, execute);
      case Decision.NotVisible<S>(Decision.Execute<S> execute) ->
          statusBuilder.notVisible(context, events, execute);
      case Decision.Need<S> need -> throw new IllegalArgumentException("Not read: " + need.reads());
      case Decision.PlanAgain<S> again -> throw new IllegalArgumentException("Not planned again");
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

  /** The object is gone from Kubernetes. */
  void forget(ObjectKey object, String uid) {
    ecs.forget(object);
    memories.forget(uid);
    execution.forget(object);
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
    // Each request is tried as if nothing had been sent.
    S status =
        context.isRequested()
            ? withSentChanges(lastStatus, context.unansweredChanges().toList())
            : lastStatus;
    return new ReconcileContext<>(
        desired,
        lastStatus,
        status,
        firstReconcile,
        execution.mayTag(context),
        freshness(context),
        context.now());
  }

  private EcsReader.Freshness freshness(ReconcileContext<S> context) {
    if (context.isRequested()) {
      return EcsReader.Freshness.NOW;
    }
    if (context.deleting()) {
      return absence.freshness(context, timing.stale());
    }
    Instant oldest = context.now().minus(timing.stale());
    return Stream.of(
            unansweredChanges.shownFrom(context),
            memories.of(context.desired().uid()).goneFrom(),
            periodicReads.dueAt(context))
        .flatMap(Optional::stream)
        .filter(from -> !from.isAfter(context.now()))
        .max(Comparator.naturalOrder())
        .<EcsReader.Freshness>map(
            from -> new EcsReader.Freshness.Since(from.isAfter(oldest) ? from : oldest))
        .orElseGet(() -> new EcsReader.Freshness.MaxAge(timing.stale()));
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
    ObjectMemory memory = memories.of(desired.uid());
    if (!desired.retains()) {
      memory.begunToTerminate();
      return false;
    }
    return memory.isTerminating();
  }

  /** Whether ECS was changed by another, while the spec stayed as it was. */
  private boolean correctsDrift(ReconcileContext<S> context, Decision.Execute<S> execute) {
    return context.wasReady()
        && Execution.priority(context, execute) == Priority.CHANGE
        && kind.sameIntent(context.lastStatus(), execute.intent());
  }

  /** A call that is only queued for quota will be sent yet. */
  private boolean isReleasedDespite(AwsFailure failure, ReconcileContext<?> context) {
    return context.desired().retains()
        && failure.deferredUntil().isEmpty()
        && !isWaitedFor(failure, context);
  }

  /**
   * A failure that passes is waited for, but not for long: with the owner tag left, no other owner
   * could manage the resource.
   */
  private boolean isWaitedFor(AwsFailure failure, ReconcileContext<?> context) {
    boolean passes =
        switch (failure.failureClass()) {
          case THROTTLED, TRANSIENT -> true;
          case NOT_FOUND, NO_CAPACITY, WAITING, BLOCKED -> false;
        };
    Instant firstFailed = memories.of(context.desired().uid()).releaseFailed(context.now());
    return passes && context.now().isBefore(firstFailed.plus(timing.grace().multipliedBy(2)));
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
        EventReason.RETAINED,
        "The resource is kept, but its owner tag could not be removed: " + failure.message());
    return statusBuilder.released(context, events, status);
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
