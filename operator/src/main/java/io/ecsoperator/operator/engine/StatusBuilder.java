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
import io.ecsoperator.operator.status.Assessment;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.FailureStates;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Turns what a look came to into the status to write and the time of the next look. */
final class StatusBuilder<S extends EcsStatus> {
  private static final Duration SOONEST = Duration.ofMillis(10);

  private final KindReconciler<?, S> kind;
  private final Backoff<String> backoff;
  private final Timing timing;
  private final Clock clock;
  private final RandomGenerator random;

  StatusBuilder(KindReconciler<?, S> kind, ReconcilerDependencies environment) {
    this.kind = kind;
    this.backoff = Backoff.upTo(environment.timing().maxBackoff(), environment.random());
    this.timing = environment.timing();
    this.clock = environment.clock();
    this.random = environment.random();
  }

  /** The status to write before the calls of a plan are made. */
  S intent(Look<S> look, S intent, ReadyState readyState) {
    return status(look, intent, assess(look, readyState), Plan.NOTHING);
  }

  ReconcileResult<S> settled(Look<S> look, Decision.Settled<S> step) {
    backoff.reset(look.desired().uid());
    Duration requeueAfter = requeueAfter(step.readyState());
    return report(
        look,
        step.facts(),
        assess(look, step.readyState(), step.available(), Optional.empty(), false),
        Plan.NOTHING,
        step.requeueAfter()
            .filter(sooner -> sooner.compareTo(requeueAfter) < 0)
            .orElse(requeueAfter));
  }

  ReconcileResult<S> failed(Look<S> look, S facts, AwsFailure failure) {
    if (failure.turnAt().isPresent()) {
      return waiting(look, facts, failure);
    }
    return failed(look, facts, failure, backoff.next(look.desired().uid()));
  }

  private ReconcileResult<S> failed(Look<S> look, S facts, AwsFailure failure, Duration pause) {
    ReadyState readyState = FailureStates.of(failure, failingFor(look), pause);
    Duration requeueAfter =
        readyState instanceof ReadyState.Stalled
            ? Timing.jittered(timing.refused(), random)
            : pause;
    return report(look, facts, assess(look, readyState, failure), Plan.NOTHING, requeueAfter);
  }

  /** ECS could not be asked: if that passes, it takes nothing away from what was seen last. */
  ReconcileResult<S> unknown(Look<S> look, Decision.Unknown<S> step) {
    if (step.failure().turnAt().isPresent()) {
      return isOfThisGeneration(look)
          ? unchanged(look, step.facts(), step.failure())
          : waiting(look, step.facts(), step.failure());
    }
    // The reader has a backoff of its own for each resource: another one on top would add up.
    Duration pause =
        step.retryAt()
            .map(at -> atLeast(SOONEST, Duration.between(clock.instant(), at)))
            .orElseGet(() -> backoff.next(look.desired().uid()));
    return lastReady(look)
        .filter(ready -> step.failure().failureClass() != FailureClass.BLOCKED)
        .map(
            ready ->
                report(
                    look, step.facts(), assess(look, ready, step.failure()), Plan.NOTHING, pause))
        .orElseGet(() -> failed(look, step.facts(), step.failure(), pause));
  }

  /**
   * A call waits for its turn, and so does the object: that is no failure, and no news when it is
   * said again.
   */
  private ReconcileResult<S> waiting(Look<S> look, S facts, AwsFailure failure) {
    Duration pause = untilTurn(failure);
    ReadyState readyState = new ReadyState.Reconciling(Reason.THROTTLED, failure.message(), pause);
    return new ReconcileResult<>(
        status(look, facts, assess(look, readyState, failure), Plan.NOTHING),
        false,
        ReconcileResult.Disposition.KEEP,
        pause,
        look.notes());
  }

  /** The look waits for its turn; how the object stands is not known any better than before. */
  private ReconcileResult<S> unchanged(Look<S> look, S facts, AwsFailure failure) {
    return new ReconcileResult<>(
        facts, false, ReconcileResult.Disposition.KEEP, untilTurn(failure), look.notes());
  }

  private Duration untilTurn(AwsFailure failure) {
    return atLeast(SOONEST, Duration.between(clock.instant(), failure.turnAt().orElseThrow()));
  }

  private static boolean isOfThisGeneration(Look<?> look) {
    return Objects.equals(look.before().common().observedGeneration(), look.desired().generation());
  }

  /** The object is as it should be; what failed can wait. */
  ReconcileResult<S> postponed(Look<S> look, S facts, ReadyState.Ready ready, AwsFailure failure) {
    return report(
        look, facts, assess(look, ready, failure), Plan.NOTHING, untilNextTry(look, failure));
  }

  private Duration untilNextTry(Look<S> look, AwsFailure failure) {
    if (failure.turnAt().isPresent()) {
      return untilTurn(failure);
    }
    return failure.failureClass() == FailureClass.BLOCKED
        ? Timing.jittered(timing.refused(), random)
        : backoff.next(look.desired().uid());
  }

  private Optional<ReadyState> lastReady(Look<S> look) {
    return look.condition(mode(look.desired()).condition())
        .filter(ready -> ready.status().equals("True"))
        .filter(ready -> Objects.equals(ready.observedGeneration(), look.desired().generation()))
        .filter(ready -> look.desired().deletedAt().isEmpty())
        .map(
            ready ->
                new ReadyState.Ready(
                    Reason.of(ready.reason()).orElse(Reason.RECONCILED), ready.message()));
  }

  /** ECS took the calls and shows nothing of them: asking faster would not help. */
  ReconcileResult<S> notVisible(Look<S> look, Decision.Act<S> act) {
    ReadyState readyState =
        act.readyState() instanceof ReadyState.Ready
            ? act.readyState()
            : new ReadyState.Reconciling(
                act.readyState().reason(),
                "ECS accepted " + operations(act.plan()) + " but does not show the effect yet.",
                backoff.next(look.desired().uid()));
    return report(
        look, act.intent(), assess(look, readyState), Plan.NOTHING, requeueAfter(readyState));
  }

  /** Policy or a pause forbids the plan: it is shown instead of carried out. */
  ReconcileResult<S> pending(Look<S> look, Decision.Act<S> act) {
    ReadyState readyState =
        look.desired().annotations().paused()
            ? new ReadyState.Reconciling(
                Reason.CHANGES_PENDING,
                "Paused before " + operations(act.plan()) + ".",
                timing.resync())
            : new ReadyState.Ready(
                Reason.CHANGES_PENDING, "Would call " + operations(act.plan()) + ".");
    return report(
        look,
        act.facts(),
        assess(look, readyState, Optional.empty(), Optional.empty(), true),
        act.plan(),
        requeueAfter(readyState));
  }

  /** The object leaves. */
  ReconcileResult<S> fate(Look<S> look, S facts, ReconcileResult.Disposition fate) {
    backoff.reset(look.desired().uid());
    return new ReconcileResult<>(facts, false, fate, timing.resync(), look.notes());
  }

  private ReconcileResult<S> report(
      Look<S> look, S facts, Assessment assessment, Plan plan, Duration requeueAfter) {
    S status = status(look, facts, assessment, plan);
    emitTransition(look, status.common().conditions().getFirst(), assessment);
    return new ReconcileResult<>(
        status,
        isPassing(look, status, assessment),
        ReconcileResult.Disposition.KEEP,
        requeueAfter,
        look.notes());
  }

  /** On the way to Ready, without trouble, and nothing that somebody waits for. */
  private boolean isPassing(Look<S> look, S status, Assessment assessment) {
    return assessment.readyState() instanceof ReadyState.Reconciling
        && assessment.failure().isEmpty()
        && status.common().plan() == null
        && !isReady(look)
        && !isInTrouble(look)
        && !kind.affectsDependents(look.before(), status);
  }

  private static boolean isReady(Look<?> look) {
    return Conditions.isTrue(look.before().common(), mode(look.desired()).condition());
  }

  private static boolean isInTrouble(Look<?> look) {
    return Conditions.isTrue(look.before().common(), Conditions.STALLED)
        || look.condition(Conditions.SYNCED).filter(c -> c.status().equals("False")).isPresent();
  }

  private S status(Look<S> look, S facts, Assessment assessment, Plan plan) {
    Desired desired = look.desired();
    CommonStatus common = facts.common();
    return kind.withCommon(
        facts,
        new CommonStatus(
            desired.generation(),
            common.arn(),
            common.awsLocation(),
            Conditions.of(assessment, look.conditions(), desired.generation(), clock.instant()),
            PlanReport.of(plan).orElse(null),
            common.appliedPaths(),
            desired.annotations().reconcileRequestedAt().orElse(common.lastHandledReconcileAt())));
  }

  /**
   * The end of a change or of trouble is told, and trouble itself. What was done to get there is an
   * Event of its own, and where the object is on the way stands in its conditions.
   */
  private static <S extends EcsStatus> void emitTransition(
      Look<S> look, Condition now, Assessment assessment) {
    boolean same =
        look.condition(now.type())
            .filter(old -> old.status().equals(now.status()) && old.reason().equals(now.reason()))
            .isPresent();
    if (same) {
      return;
    }
    boolean failed = assessment.failure().filter(call -> call.turnAt().isEmpty()).isPresent();
    if (assessment.readyState() instanceof ReadyState.Stalled || failed) {
      look.warn(now.reason(), now.message());
    } else if (now.status().equals("True")
        && (look.desired().generation() > 1 || isInTrouble(look))) {
      look.tell(now.reason(), now.message());
    }
  }

  private Assessment assess(Look<S> look, ReadyState readyState) {
    return assess(look, readyState, Optional.empty(), Optional.empty(), false);
  }

  private Assessment assess(Look<S> look, ReadyState readyState, AwsFailure failure) {
    return assess(look, readyState, Optional.empty(), Optional.of(failure), false);
  }

  private Assessment assess(
      Look<S> look,
      ReadyState readyState,
      Optional<Boolean> available,
      Optional<AwsFailure> failure,
      boolean drifted) {
    return new Assessment(
        mode(look.desired()),
        look.desired().annotations().paused(),
        readyState,
        available,
        failure,
        drifted);
  }

  private static Assessment.Mode mode(Desired desired) {
    return switch (desired.policies().management()) {
      case MANAGE -> Assessment.Mode.MANAGED;
      case PLAN -> Assessment.Mode.PLANNED;
      case OBSERVE -> Assessment.Mode.OBSERVED;
    };
  }

  private Duration requeueAfter(ReadyState readyState) {
    return Timing.jittered(
        readyState instanceof ReadyState.Reconciling reconciling
            ? reconciling.requeueAfter()
            : timing.settled(),
        random);
  }

  private Duration failingFor(Look<S> look) {
    return look.condition(Conditions.SYNCED)
        .filter(synced -> synced.status().equals("False"))
        .map(
            synced -> Duration.between(Instant.parse(synced.lastTransitionTime()), clock.instant()))
        .orElse(Duration.ZERO);
  }

  private static Duration atLeast(Duration least, Duration duration) {
    return duration.compareTo(least) < 0 ? least : duration;
  }

  private static String operations(Plan plan) {
    Map<String, Long> counts =
        plan.actions().stream()
            .map(action -> ((Action.Call) action).operation())
            .collect(groupingBy(identity(), LinkedHashMap::new, counting()));
    return counts.entrySet().stream()
        .map(call -> call.getValue() == 1 ? call.getKey() : call.getValue() + " x " + call.getKey())
        .collect(joining(", "));
  }
}
