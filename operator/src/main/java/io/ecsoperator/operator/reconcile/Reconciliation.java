package io.ecsoperator.operator.reconcile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.act.Actuator;
import io.ecsoperator.operator.act.Outcome;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.replica.Freshness;
import io.ecsoperator.operator.status.Assessment;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Verdict;
import io.ecsoperator.operator.status.Verdicts;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One look at one object, from observing to what is to be reported. Knows nothing of Kubernetes
 * beyond the object itself, so that long times can be tested without an API server.
 */
public final class Reconciliation<R extends EcsResource<S>, S extends EcsStatus> {
  /** A plan's answers are looked at again at once; what is still to do then comes later. */
  private static final int MAX_PASSES = 4;

  private final KindReconciler<R, S> kind;
  private final Actuator actuator;
  private final PlaceCheck placeCheck;
  private final Backoff backoff;
  private final Timing timing;
  private final Clock clock;
  private final RandomGenerator random;

  /** Uids of objects whose deletion was begun with the intent to delete the resource too. */
  private final Set<String> terminating = ConcurrentHashMap.newKeySet();

  /** Uids of objects whose resource ECS does not let this operator tag. */
  private final Set<String> untaggable = ConcurrentHashMap.newKeySet();

  public Reconciliation(KindReconciler<R, S> kind, Environment environment) {
    this.kind = kind;
    this.actuator = environment.actuator();
    this.placeCheck = new PlaceCheck(environment.ecs(), environment.timing());
    this.backoff = new Backoff(environment.timing().maxBackoff(), environment.random());
    this.timing = environment.timing();
    this.clock = environment.clock();
    this.random = environment.random();
  }

  /**
   * @param record writes a status at once, before anything is done in ECS
   */
  public Report<S> run(Desired desired, S status, Consumer<S> record) {
    if (desired.deletedAt().isPresent()) {
      if (!retains(desired)) {
        terminating.add(desired.uid());
      } else if (terminating.contains(desired.uid())) {
        return released(desired, status, List.of());
      }
    }
    Optional<Verdict> objection = placeCheck.objection(Optional.ofNullable(status.common().arn()));
    if (objection.isPresent()) {
      if (retains(desired)) {
        return released(desired, status, List.of());
      }
      return settled(desired, status, Step.settled(status, objection.get()), List.of());
    }
    List<Report.Note> notes = new ArrayList<>();
    S known = status;
    Verdict verdict = null;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      Step<S> step =
          kind.look(
              new View<>(
                  desired,
                  known,
                  freshness(desired, status),
                  !untaggable.contains(desired.uid()),
                  clock.instant()));
      switch (step) {
        case Step.Settled<S> settled -> {
          return settled(desired, status, settled, notes);
        }
        case Step.Unknown<S>(S facts, AwsFailure failure) -> {
          return failed(desired, status, facts, failure, notes);
        }
        case Step.Released<S>(S facts) -> {
          return released(desired, facts, notes);
        }
        case Step.Expired<S>(S facts) -> {
          return new Report<>(facts, Report.Fate.DELETE, timing.resync(), notes);
        }
        case Step.Act<S> act when !desired.mayWrite() -> {
          return pending(desired, status, act);
        }
        case Step.Act<S> act -> {
          verdict = act.verdict();
          if (!act.intent().equals(known)) {
            record.accept(
                reported(desired, status, act.intent(), assess(desired, verdict), Plan.NOTHING));
          }
          known = act.intent();
          switch (actuator.perform(act.plan(), desired.key())) {
            case Outcome.Done(List<ObjectNode> answers) ->
                known = learn(known, act.plan(), answers, notes);
            case Outcome.Failed(Action.Call call, AwsFailure failure, List<ObjectNode> answers) -> {
              known = learn(known, act.plan(), answers, notes);
              if (TagCalls.isRefusalOfOwnTags(call, failure)) {
                untaggable.add(desired.uid());
                notes.add(
                    new Report.Note(
                        EventRecorder.Type.WARNING,
                        "NotTagged",
                        "ECS does not take the owner tag; the resource is told by its ARN: "
                            + failure.message()));
                continue;
              }
              if (!failure.ambiguous()) {
                known = kind.refused(known, call, failure);
              }
              return failed(desired, status, known, failure, notes);
            }
          }
        }
      }
    }
    return settled(desired, status, Step.settled(known, soon(verdict)), notes);
  }

  private Verdict soon(Verdict verdict) {
    return new Verdict.Reconciling(verdict.reason(), verdict.message(), timing.poll());
  }

  /** Nothing that ECS says or fails to say may hold an object whose resource is to be kept. */
  private static boolean retains(Desired desired) {
    return desired.deletedAt().isPresent()
        && desired.policies().deletion() == Policies.Deletion.RETAIN;
  }

  private Freshness freshness(Desired desired, S status) {
    return desired
            .annotations()
            .reconcileRequestedAt()
            .filter(value -> !value.equals(status.common().lastHandledReconcileAt()))
            .isPresent()
        ? Freshness.NOW
        : new Freshness.MaxAge(timing.poll().dividedBy(2));
  }

  private S learn(S status, Plan plan, List<ObjectNode> answers, List<Report.Note> notes) {
    S learned = status;
    for (int i = 0; i < answers.size(); i++) {
      Action.Call call = (Action.Call) plan.actions().get(i);
      learned = kind.learn(learned, call, answers.get(i), clock.instant());
      learned = kind.withCommon(learned, Applied.after(learned.common(), call));
      notes.add(
          new Report.Note(
              EventRecorder.Type.NORMAL, PlanReport.eventReason(call), PlanReport.eventText(call)));
    }
    return learned;
  }

  private Report<S> settled(
      Desired desired, S before, Step.Settled<S> step, List<Report.Note> notes) {
    backoff.reset(desired.uid());
    Assessment assessment =
        new Assessment(
            mode(desired),
            desired.annotations().paused(),
            step.verdict(),
            step.available(),
            Optional.empty(),
            false);
    Duration lookAgain = lookAgain(step.verdict());
    return report(
        desired,
        before,
        step.facts(),
        assessment,
        Plan.NOTHING,
        notes,
        step.lookAgain().filter(sooner -> sooner.compareTo(lookAgain) < 0).orElse(lookAgain));
  }

  private Report<S> failed(
      Desired desired, S before, S facts, AwsFailure failure, List<Report.Note> notes) {
    if (retains(desired)) {
      notes.add(
          new Report.Note(
              EventRecorder.Type.WARNING,
              "Retained",
              "The resource is kept, but its owner tag could not be taken off: "
                  + failure.message()));
      return released(desired, facts, notes);
    }
    Verdict verdict = Verdicts.of(failure, failingFor(before), backoff.next(desired.uid()));
    Assessment assessment =
        new Assessment(
            mode(desired),
            desired.annotations().paused(),
            verdict,
            Optional.empty(),
            Optional.of(failure),
            false);
    Duration lookAgain =
        verdict instanceof Verdict.Stalled
            ? Timing.jittered(timing.refused(), random)
            : lookAgain(verdict);
    return report(desired, before, facts, assessment, Plan.NOTHING, notes, lookAgain);
  }

  /** Policy or a pause forbids the plan: it is shown instead of carried out. */
  private Report<S> pending(Desired desired, S before, Step.Act<S> act) {
    String calls =
        act.plan().actions().stream()
            .map(action -> ((Action.Call) action).operation())
            .collect(Collectors.joining(", "));
    Verdict verdict =
        desired.annotations().paused()
            ? new Verdict.Reconciling(
                Reason.CHANGES_PENDING, "Paused before " + calls + ".", timing.resync())
            : new Verdict.Ready(Reason.CHANGES_PENDING, "Would call " + calls + ".");
    Assessment assessment =
        new Assessment(
            mode(desired),
            desired.annotations().paused(),
            verdict,
            Optional.empty(),
            Optional.empty(),
            true);
    return report(desired, before, act.facts(), assessment, act.plan(), List.of(), timing.resync());
  }

  private Report<S> report(
      Desired desired,
      S before,
      S facts,
      Assessment assessment,
      Plan plan,
      List<Report.Note> notes,
      Duration lookAgain) {
    S status = reported(desired, before, facts, assessment, plan);
    List<Report.Note> all = new ArrayList<>(notes);
    transition(before, status, assessment).ifPresent(all::add);
    return new Report<>(status, Report.Fate.KEEP, lookAgain, all);
  }

  private S reported(Desired desired, S before, S facts, Assessment assessment, Plan plan) {
    CommonStatus common = facts.common();
    List<Condition> conditions =
        Conditions.of(assessment, conditions(before), desired.generation(), clock.instant());
    return kind.withCommon(
        facts,
        new CommonStatus(
            desired.generation(),
            common.arn(),
            conditions,
            PlanReport.of(plan).orElse(null),
            common.appliedPaths(),
            desired.annotations().reconcileRequestedAt().orElse(common.lastHandledReconcileAt())));
  }

  private Optional<Report.Note> transition(S before, S after, Assessment assessment) {
    Condition now = after.common().conditions().getFirst();
    boolean changed =
        Conditions.find(conditions(before), now.type())
            .filter(old -> old.status().equals(now.status()) && old.reason().equals(now.reason()))
            .isEmpty();
    if (!changed) {
      return Optional.empty();
    }
    boolean trouble =
        assessment.verdict() instanceof Verdict.Stalled || assessment.failure().isPresent();
    return Optional.of(
        new Report.Note(
            trouble ? EventRecorder.Type.WARNING : EventRecorder.Type.NORMAL,
            now.reason(),
            now.message()));
  }

  private Report<S> released(Desired desired, S status, List<Report.Note> notes) {
    backoff.reset(desired.uid());
    terminating.remove(desired.uid());
    return new Report<>(status, Report.Fate.RELEASE, timing.resync(), notes);
  }

  private Assessment assess(Desired desired, Verdict verdict) {
    return new Assessment(
        mode(desired),
        desired.annotations().paused(),
        verdict,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private Duration lookAgain(Verdict verdict) {
    return Timing.jittered(
        verdict instanceof Verdict.Reconciling reconciling
            ? reconciling.lookAgain()
            : timing.resync(),
        random);
  }

  private Duration failingFor(S before) {
    return Conditions.find(conditions(before), Conditions.SYNCED)
        .filter(synced -> synced.status().equals("False"))
        .map(
            synced -> Duration.between(Instant.parse(synced.lastTransitionTime()), clock.instant()))
        .orElse(Duration.ZERO);
  }

  private static Assessment.Mode mode(Desired desired) {
    return switch (desired.policies().management()) {
      case MANAGE -> Assessment.Mode.MANAGED;
      case PLAN -> Assessment.Mode.PLANNED;
      case OBSERVE -> Assessment.Mode.OBSERVED;
    };
  }

  private static List<Condition> conditions(EcsStatus status) {
    return Optional.ofNullable(status.common().conditions()).orElse(List.of());
  }
}
