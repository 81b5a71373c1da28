package io.ecsoperator.operator.engine;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.Backoff;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.engine.ReconcileResult.Disposition;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.FailureStates;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Report: turns a decision into the status to write and the time of the next reconcile. */
final class StatusBuilder<S extends EcsStatus> {
  private final Kind<?, S, ?> kind;
  private final Backoff<String> backoff;
  private final ObjectMemory.OfKind memories;
  private final LeavingFields leavingFields;
  private final IgnoredFields ignoredFields;
  private final Timing timing;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param code of the failure
   */
  record Failing(String code, Instant since) {}

  StatusBuilder(
      Kind<?, S, ?> kind, ObjectMemory.OfKind memories, Reconciliation.Dependencies dependencies) {
    this.kind = kind;
    this.memories = memories;
    this.ignoredFields = new IgnoredFields(kind);
    this.leavingFields = new LeavingFields(memories, dependencies.timing().grace());
    this.backoff = Backoff.upTo(dependencies.timing().maxBackoff(), dependencies.random());
    this.timing = dependencies.timing();
    this.clock = dependencies.clock();
    this.random = dependencies.random();
  }

  /**
   * The status to write before the calls of a plan are sent. An object that is Stalled at this
   * generation stays Stalled until a call has succeeded: otherwise each attempt would trigger the
   * objects that refer to it, and those this one again.
   */
  S intent(ReconcileContext<S> context, S intent, ReadyState readyState) {
    return context.isStalled()
        ? intent
        : status(context, intent, state(context, readyState), Plan.NOTHING);
  }

  ReconcileResult<S> done(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, Decision.Done<S> done) {
    memories.of(context.desired().uid()).succeeded();
    S status = leavingFields.keep(context, done.status());
    return result(
        context,
        events,
        status,
        state(context, done.readyState()).withAvailable(done.available()),
        Plan.NOTHING,
        Stream.of(
                Optional.of(requeueAfter(done.readyState())),
                done.requeueAfter(),
                leavingFields.goneFrom(context).map(this::until))
            .flatMap(Optional::stream)
            .min(Comparator.naturalOrder())
            .orElseThrow());
  }

  /** The last pass still executed a plan: the next reconcile goes on from there. */
  ReconcileResult<S> unfinished(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, Decision.Execute<S> last) {
    return done(
        context,
        events,
        new Decision.Done<>(
            context.status(), last.readyState(), Optional.empty(), Optional.of(timing.poll())));
  }

  ReconcileResult<S> failed(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status,
      AwsFailure failure) {
    return failure.deferredUntil().isPresent()
        ? queued(context, events, status, failure)
        : failed(context, events, status, failure, pauseAfter(failure, context));
  }

  /**
   * What waits for another resource, such as a cluster for tasks that stop, goes on soon after it:
   * the pauses stay short until that takes unusually long.
   */
  private Duration pauseAfter(AwsFailure failure, ReconcileContext<S> context) {
    Duration pause = pauseAfterFailure(context);
    Duration soon = timing.poll();
    return failure.failureClass() == FailureClass.WAITING
            && pause.compareTo(soon) > 0
            && failingFor(context, failure).compareTo(timing.grace().multipliedBy(2)) < 0
        ? Timing.jittered(soon, random)
        : pause;
  }

  private ReconcileResult<S> failed(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status,
      AwsFailure failure,
      Duration pause) {
    ReadyState readyState =
        FailureStates.of(failure, failingFor(context, failure), pause, timing.refused());
    return result(
        context,
        events,
        status,
        state(context, readyState).withFailure(failure),
        Plan.NOTHING,
        readyState instanceof ReadyState.Stalled
            ? Timing.jittered(timing.refused(), random)
            : pause);
  }

  /** ECS could not be read. A failure that passes takes nothing away from a Ready object. */
  ReconcileResult<S> unknown(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Decision.Unknown<S> unknown) {
    AwsFailure failure = unknown.failure();
    if (failure.deferredUntil().isPresent()) {
      return context.isObserved()
          ? unchanged(events, unknown.status(), failure)
          : queued(context, events, unknown.status(), failure);
    }
    failingFor(context, failure);
    // The cache backs off for each resource: another backoff on top would add up.
    Duration pause = unknown.retryAt().map(this::until).orElseGet(() -> pauseAfterFailure(context));
    return lastReady(context)
        .filter(
            ready -> failure.failureClass() != FailureClass.BLOCKED || failure.concernsAllObjects())
        .map(
            ready ->
                result(
                    context,
                    events,
                    unknown.status(),
                    state(context, ready).withFailure(failure),
                    Plan.NOTHING,
                    pause))
        .orElseGet(
            () ->
                failure.concernsAllObjects()
                    ? unread(context, events, unknown.status(), failure, pause)
                    : failed(context, events, unknown.status(), failure, pause));
  }

  /** No object can be read: that is no fault of this one, so it is not Stalled. */
  private ReconcileResult<S> unread(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status,
      AwsFailure failure,
      Duration pause) {
    return result(
        context,
        events,
        status,
        state(context, FailureStates.unread(failure, pause)).withFailure(failure),
        Plan.NOTHING,
        pause);
  }

  /** A call is queued for quota. That is no failure, and no Event. */
  private ReconcileResult<S> queued(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status,
      AwsFailure failure) {
    Duration pause = untilDeferred(failure);
    ReadyState readyState = new ReadyState.Reconciling(Reason.THROTTLED, failure.message(), pause);
    return new ReconcileResult<>(
        status(context, status, state(context, readyState).withFailure(failure), Plan.NOTHING),
        false,
        Disposition.KEEP,
        pause,
        events.all());
  }

  /** A read is queued for quota: nothing more is known of the object than before. */
  private ReconcileResult<S> unchanged(
      ReconcileResult.PendingEvents events, S status, AwsFailure failure) {
    return new ReconcileResult<>(
        status, false, Disposition.KEEP, untilDeferred(failure), events.all());
  }

  /** The object is Ready; work that can wait failed. */
  ReconcileResult<S> postponed(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Decision.Postponed<S> postponed) {
    return result(
        context,
        events,
        postponed.status(),
        state(context, postponed.readyState()).withFailure(postponed.failure()),
        Plan.NOTHING,
        untilNextAttempt(context, postponed.failure()));
  }

  /** ECS accepted the calls and does not show their effect: sending them sooner does not help. */
  ReconcileResult<S> notVisible(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Decision.Execute<S> execute) {
    ReadyState readyState =
        execute.readyState() instanceof ReadyState.Ready
            ? execute.readyState()
            : new ReadyState.Reconciling(
                execute.readyState().reason(),
                "ECS accepted " + operations(execute.plan()) + " but does not show the effect yet.",
                pauseAfterFailure(context));
    return result(
        context,
        events,
        execute.intent(),
        state(context, readyState),
        Plan.NOTHING,
        requeueAfter(readyState));
  }

  /** Policy or a pause forbids the plan: the status shows it. */
  ReconcileResult<S> planned(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Decision.Execute<S> execute) {
    String operations = operations(execute.plan());
    ReadyState readyState;
    if (context.observesOnly()) {
      readyState =
          isAbsent(execute)
              ? new ReadyState.Reconciling(
                  Reason.NOT_FOUND,
                  "ECS has no such resource. An object that is only observed creates nothing.",
                  timing.resync())
              : new ReadyState.Ready(
                  Reason.CHANGES_PENDING, "ECS differs from the spec; status.plan has the fields.");
    } else if (context.desired().annotations().paused()) {
      readyState =
          new ReadyState.Reconciling(
              Reason.CHANGES_PENDING, "Paused before " + operations + ".", timing.resync());
    } else {
      readyState = new ReadyState.Ready(Reason.CHANGES_PENDING, "Would call " + operations + ".");
    }
    return result(
        context,
        events,
        execute.status(),
        state(context, readyState).withDrift(),
        execute.plan(),
        requeueAfter(readyState));
  }

  private static boolean isAbsent(Decision.Execute<?> execute) {
    Reason reason = execute.readyState().reason();
    return reason == Reason.CREATING
        || reason == Reason.REGISTERING && execute.status().common().arn() == null;
  }

  ReconcileResult<S> released(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, S status) {
    return leaving(context, events, status, Disposition.RELEASE);
  }

  ReconcileResult<S> expired(
      ReconcileContext<S> context, ReconcileResult.PendingEvents events, S status) {
    return leaving(context, events, status, Disposition.DELETE);
  }

  private ReconcileResult<S> leaving(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S status,
      Disposition disposition) {
    memories.of(context.desired().uid()).succeeded();
    return new ReconcileResult<>(status, false, disposition, timing.resync(), events.all());
  }

  private ReconcileResult<S> result(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      S learned,
      Conditions.ObjectState state,
      Plan plan,
      Duration requeueAfter) {
    S status = status(context, learned, state, plan);
    Condition main =
        Objects.requireNonNull(status.common().conditions(), "A status has conditions.").getFirst();
    emitTransition(context, events, main, state);
    if (!Objects.equals(
        context.lastStatus().common().observedGeneration(), context.desired().generation())) {
      unknownFields(context)
          .ifPresent(message -> events.warning(EventReason.NO_SUCH_FIELD, message));
    }
    return new ReconcileResult<>(
        status, isDeferrable(context, status, state), Disposition.KEEP, requeueAfter, events.all());
  }

  private S status(
      ReconcileContext<S> context, S learned, Conditions.ObjectState state, Plan plan) {
    Desired desired = context.desired();
    CommonStatus common = learned.common();
    return Kind.withCommon(
        learned,
        new CommonStatus(
            desired.generation(),
            common.arn(),
            effectiveGeneration(context, common, state, plan),
            common.awsLocation(),
            Conditions.of(state, context.conditions(), desired.generation(), clock.instant()),
            PlanReport.of(plan).orElse(null),
            common.appliedPaths(),
            desired.annotations().reconcileRequestedAt().orElse(common.lastHandledReconcileAt()),
            common.sentChanges()));
  }

  /**
   * The spec of an object that is only observed is never put into effect: what ECS has counts for
   * the objects that refer to it.
   */
  private @Nullable Long effectiveGeneration(
      ReconcileContext<S> context, CommonStatus common, Conditions.ObjectState state, Plan plan) {
    boolean inEffect =
        !context.deleting()
            && common.arn() != null
            && kind.isInEffect(state.readyState())
            && (plan.equals(Plan.NOTHING) || context.observesOnly());
    return inEffect ? Long.valueOf(context.desired().generation()) : common.effectiveGeneration();
  }

  private Conditions.ObjectState state(ReconcileContext<S> context, ReadyState readyState) {
    return Conditions.ObjectState.of(
        context.mainCondition(),
        context.desired().annotations().paused(),
        unknownFields(context).map(message -> withNote(readyState, message)).orElse(readyState));
  }

  private Optional<String> unknownFields(ReconcileContext<S> context) {
    return context.deleting() ? Optional.empty() : ignoredFields.unknown(context.desired());
  }

  /** A message that is kept from the status before has the note already. */
  private static ReadyState withNote(ReadyState readyState, String note) {
    String message = readyState.message();
    return message.endsWith(note) ? readyState : readyState.withMessage(message + " " + note);
  }

  /** Whether this is a step towards Ready without a failure, for which no other object waits. */
  private boolean isDeferrable(
      ReconcileContext<S> context, S status, Conditions.ObjectState state) {
    return state.readyState() instanceof ReadyState.Reconciling
        && state.failure().isEmpty()
        && status.common().plan() == null
        && !Conditions.isTrue(context.lastStatus().common(), context.mainCondition().type())
        && !wasFailing(context)
        && !kind.affectsDependents(context.lastStatus(), status);
  }

  private static boolean wasFailing(ReconcileContext<?> context) {
    return Conditions.isTrue(context.lastStatus().common(), Conditions.STALLED)
        || context
            .condition(Conditions.SYNCED)
            .filter(synced -> synced.status().equals("False"))
            .isPresent();
  }

  /**
   * Emits an Event for a failure, also of an attempt of a task, and whenever the object becomes
   * Ready. Each call has an Event of its own, and conditions show the progress between. What passes
   * by itself is no Warning.
   */
  private static void emitTransition(
      ReconcileContext<?> context,
      ReconcileResult.PendingEvents events,
      Condition now,
      Conditions.ObjectState state) {
    boolean same =
        context
            .condition(now.type())
            .filter(old -> old.status().equals(now.status()) && old.reason().equals(now.reason()))
            .isPresent();
    if (same) {
      return;
    }
    Optional<AwsFailure> failure = state.failure().filter(call -> call.deferredUntil().isEmpty());
    if (state.readyState() instanceof ReadyState.Stalled
        || state.readyState().reason() == Reason.BACKING_OFF
        || failure.filter(call -> !isNormal(call)).isPresent()) {
      events.warning(now.reason(), now.message());
    } else if (state.readyState().reason() == Reason.WAITING_FOR_DEPENDENTS
        || failure.isPresent()) {
      events.normal(now.reason(), now.message());
    } else if (now.status().equals("True")) {
      events.ready(now.reason(), now.message());
    }
  }

  /** Whether it is normal that ECS refuses the call for a while, as during most deletions. */
  private static boolean isNormal(AwsFailure failure) {
    return switch (failure.failureClass()) {
      case WAITING, NOT_FOUND, THROTTLED -> true;
      case TRANSIENT, NO_CAPACITY, BLOCKED -> false;
    };
  }

  private Optional<ReadyState> lastReady(ReconcileContext<S> context) {
    return context
        .readyAtThisGeneration(context.mainCondition())
        .filter(ready -> !context.deleting())
        .map(
            ready ->
                new ReadyState.Ready(
                    Reason.of(ready.reason()).orElse(Reason.RECONCILED), ready.message()));
  }

  /**
   * How long calls for the object have been failing for this cause. The condition has the time of
   * the first failure of any cause, which counts only for a failure before this process started.
   */
  private Duration failingFor(ReconcileContext<S> context, AwsFailure failure) {
    Instant now = clock.instant();
    ObjectMemory memory = memories.of(context.desired().uid());
    Optional<Failing> before = memory.failing();
    Failing failing =
        before
            .filter(last -> last.code().equals(failure.code()))
            .orElseGet(
                () ->
                    new Failing(
                        failure.code(), before.isEmpty() ? failingSince(context, failure) : now));
    memory.failing(failing);
    return Duration.between(failing.since(), now);
  }

  private Instant failingSince(ReconcileContext<S> context, AwsFailure failure) {
    return context
        .condition(Conditions.SYNCED)
        .filter(synced -> Conditions.isAbout(synced, failure))
        .map(synced -> Instant.parse(synced.lastTransitionTime()))
        .orElseGet(clock::instant);
  }

  private Duration pauseAfterFailure(ReconcileContext<S> context) {
    return backoff.after(memories.of(context.desired().uid()).failed());
  }

  private Duration requeueAfter(ReadyState readyState) {
    return Timing.jittered(
        readyState instanceof ReadyState.Reconciling reconciling
            ? reconciling.requeueAfter()
            : timing.converged(),
        random);
  }

  private Duration untilNextAttempt(ReconcileContext<S> context, AwsFailure failure) {
    if (failure.deferredUntil().isPresent()) {
      return untilDeferred(failure);
    }
    return failure.failureClass() == FailureClass.BLOCKED
        ? Timing.jittered(timing.refused(), random)
        : pauseAfterFailure(context);
  }

  private Duration untilDeferred(AwsFailure failure) {
    return until(failure.deferredUntil().orElseThrow());
  }

  private Duration until(Instant instant) {
    return Duration.between(clock.instant(), instant);
  }

  private static String operations(Plan plan) {
    Map<String, Long> counts =
        plan.calls().stream()
            .map(Plan.Call::operation)
            .collect(groupingBy(identity(), LinkedHashMap::new, counting()));
    return counts.entrySet().stream()
        .map(call -> call.getValue() == 1 ? call.getKey() : call.getValue() + " x " + call.getKey())
        .collect(joining(", "));
  }
}
