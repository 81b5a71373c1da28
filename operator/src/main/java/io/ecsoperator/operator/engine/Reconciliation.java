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
 * One look at one object: observe, plan, act, and look again at what came of it. Knows nothing of
 * Kubernetes beyond the object itself, so that long times can be tested without an API server.
 */
public final class Reconciliation<R extends EcsResource<S>, S extends EcsStatus> {
  /** A plan's answers are looked at again at once; what is still to do then comes later. */
  private static final int MAX_PASSES = 4;

  /** After so many calls the next look goes on: ECS takes some kinds only at one a second. */
  private static final int MAX_CALLS = 20;

  private final KindReconciler<R, S> kind;
  private final PlanExecutor planExecutor;
  private final EcsReaders ecs;
  private final LocationCheck locationCheck;
  private final StatusBuilder<S> reporter;
  private final Timing timing;
  private final Clock clock;
  private final ReconcileMetrics metrics;

  /** Uids of objects whose deletion was begun with the intent to delete the resource too. */
  private final Set<String> terminating = ConcurrentHashMap.newKeySet();

  /** Uids of objects whose resource ECS does not let this operator tag. */
  private final Set<String> untaggable = ConcurrentHashMap.newKeySet();

  public Reconciliation(KindReconciler<R, S> kind, ReconcilerDependencies environment) {
    this.kind = kind;
    this.planExecutor = environment.planExecutor();
    this.ecs = environment.ecs();
    this.locationCheck = new LocationCheck(ecs);
    this.reporter = new StatusBuilder<>(kind, environment);
    this.timing = environment.timing();
    this.clock = environment.clock();
    this.metrics = environment.metrics();
    metrics.show(kind.type().getSimpleName());
  }

  /**
   * @param untouched whether nobody can have made anything in ECS for the object yet
   * @param record writes a status at once, before anything is done in ECS
   */
  public ReconcileResult<S> run(
      Desired desired, S status, boolean firstReconcile, Consumer<S> record) {
    Look<S> look = new Look<>(desired, status, firstReconcile);
    if (isReleased(desired)) {
      return released(look, status);
    }
    return validate(desired, status)
        .map(validate -> settle(look, validate))
        .orElseGet(() -> converge(look, record));
  }

  /** The object is gone from Kubernetes. */
  void forget(ObjectKey object, String uid) {
    ecs.forget(object);
    terminating.remove(uid);
    untaggable.remove(uid);
  }

  private Optional<Decision<S>> validate(Desired desired, S status) {
    // What cannot be read does not matter to a deletion, and must not hold it up.
    boolean isRead = kind.comparesFields() && desired.deletedAt().isEmpty();
    return (isRead ? SpecValidator.validate(desired) : Optional.<ReadyState>empty())
        .<Decision<S>>map(readyState -> Decision.settled(status, readyState))
        .or(() -> locationCheck.validate(desired, status));
  }

  /**
   * Whether the object may go without a call: because it was only looked through, or because Retain
   * was set while it was terminating, the way out when ECS can no longer be reached.
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

  private ReconcileResult<S> converge(Look<S> look, Consumer<S> record) {
    S known = look.before();
    Optional<Decision.Act<S>> last = Optional.empty();
    EcsReader reader = ecs.readerFor(CallContext.of(look.priority(), look.desired().key()));
    int calls = 0;
    for (int pass = 0; pass < MAX_PASSES && calls < MAX_CALLS; pass++) {
      ReconcileContext<S> view = view(look, known);
      Decision<S> step = kind.look(view, reader);
      if (!(step instanceof Decision.Act<S> act)) {
        return settle(look, step);
      }
      if (!look.desired().mayWrite()) {
        return reporter.pending(look, act);
      }
      if (last.map(Decision.Act::plan).filter(act.plan()::equals).isPresent()) {
        return reporter.notVisible(look, act);
      }
      Optional<String> location = locationCheck.here();
      if (location.isEmpty()) {
        return settle(look, Decision.unknown(known, LocationCheck.NO_ANSWER));
      }
      if (pass == 0 && isDrift(look, act)) {
        metrics.corrected(look.desired().key().kind());
      }
      S intent =
          kind.withCommon(act.intent(), act.intent().common().withAwsLocation(location.get()));
      if (!intent.equals(known) && kind.mustRecord(view)) {
        record.accept(reporter.intent(look, intent, act.readyState()));
      }
      switch (planExecutor.execute(act.plan(), look.desired().key(), priority(look, act))) {
        case ExecutionResult.Done(List<ObjectNode> answers) ->
            known = learn(look, act.plan(), intent, answers);
        case ExecutionResult.Failed(
                Action.Call call,
                AwsFailure failure,
                List<ObjectNode> answers) -> {
          known = learn(look, act.plan(), intent, answers);
          if (!isLeftUntagged(look, call, failure)) {
            return failed(look, act, afterFailure(known, call, failure), failure);
          }
        }
      }
      last = Optional.of(act);
      calls += act.plan().actions().size();
    }
    return reporter.settled(
        look,
        new Decision.Settled<>(
            known, last.orElseThrow().readyState(), Optional.empty(), Optional.of(timing.poll())));
  }

  private S afterFailure(S known, Action.Call call, AwsFailure failure) {
    if (failure.deferredUntil().isPresent()) {
      kind.onDeferred(known, call);
      return known;
    }
    return failure.ambiguous() ? known : kind.refused(known, call, failure);
  }

  /** Whether there is something to do although nobody has asked for anything new. */
  private boolean isDrift(Look<S> look, Decision.Act<S> act) {
    return look.wasReady()
        && priority(look, act) == Priority.CHANGE
        && kind.sameIntent(look.before(), act.intent());
  }

  /** What is done for an object that is Ready all the same can wait. */
  private static <S extends EcsStatus> Priority priority(Look<S> look, Decision.Act<S> act) {
    if (look.desired().deletedAt().isPresent()) {
      return Priority.DELETE;
    }
    return act.readyState() instanceof ReadyState.Ready ? Priority.CLEANUP : Priority.CHANGE;
  }

  private ReconcileResult<S> settle(Look<S> look, Decision<S> step) {
    return switch (step) {
      case Decision.Settled<S> settled -> reporter.settled(look, settled);
      case Decision.Unknown<S> unknown ->
          isReleasedInSpiteOf(unknown.failure(), look)
              ? releasedInSpiteOf(unknown.failure(), look, unknown.facts())
              : reporter.unknown(look, unknown);
      case Decision.Postponed<S>(S facts, ReadyState.Ready ready, AwsFailure failure) ->
          reporter.postponed(look, facts, ready, failure);
      case Decision.Released<S>(S facts) -> released(look, facts);
      case Decision.Expired<S>(S facts) ->
          reporter.fate(look, facts, ReconcileResult.Disposition.DELETE);
      case Decision.Act<S> act ->
          throw new IllegalArgumentException("Still to be done: " + act.plan());
    };
  }

  private ReconcileResult<S> failed(
      Look<S> look, Decision.Act<S> act, S facts, AwsFailure failure) {
    if (isReleasedInSpiteOf(failure, look)) {
      return releasedInSpiteOf(failure, look, facts);
    }
    return act.readyState() instanceof ReadyState.Ready ready
        ? reporter.postponed(look, facts, ready, failure)
        : reporter.failed(look, facts, failure);
  }

  /** What only waits for its turn will be done yet. */
  private static boolean isReleasedInSpiteOf(AwsFailure failure, Look<?> look) {
    return look.desired().retains() && failure.deferredUntil().isEmpty();
  }

  /** Nothing that ECS says or fails to say may hold an object whose resource is to be kept. */
  private ReconcileResult<S> releasedInSpiteOf(AwsFailure failure, Look<S> look, S facts) {
    look.warn(
        "Retained",
        "The resource is kept, but its owner tag could not be taken off: " + failure.message());
    return released(look, facts);
  }

  private ReconcileResult<S> released(Look<S> look, S facts) {
    // What is known of it stays until it is gone: it may be looked at once more before that.
    return reporter.fate(look, facts, ReconcileResult.Disposition.RELEASE);
  }

  /** A resource that may not be tagged is told by its ARN: that is said once, and is no error. */
  private boolean isLeftUntagged(Look<S> look, Action.Call call, AwsFailure failure) {
    if (!TagCalls.isRefusalOfOwnTags(call, failure)) {
      return false;
    }
    untaggable.add(look.desired().uid());
    look.warn(
        "NotTagged",
        "ECS does not take the owner tag; the resource is told by its ARN: " + failure.message());
    return true;
  }

  private S learn(Look<S> look, Plan plan, S intent, List<ObjectNode> answers) {
    S learned = intent;
    for (int i = 0; i < answers.size(); i++) {
      Action.Call call = (Action.Call) plan.actions().get(i);
      learned = kind.learn(learned, call, answers.get(i), clock.instant());
      learned = kind.withCommon(learned, Applied.after(learned.common(), call));
      look.tell(PlanReport.eventReason(call), PlanReport.eventText(call));
    }
    return learned;
  }

  private ReconcileContext<S> view(Look<S> look, S known) {
    return new ReconcileContext<>(
        look.desired(),
        known,
        look.firstReconcile(),
        freshness(look),
        mayTag(look.desired()),
        clock.instant());
  }

  /** That a resource does not have the tag of one who only observes it is no drift. */
  private boolean mayTag(Desired desired) {
    return desired.policies().management() != Policies.Management.OBSERVE
        && !untaggable.contains(desired.uid());
  }

  private Freshness freshness(Look<S> look) {
    return look.isRequested() ? Freshness.NOW : new Freshness.MaxAge(timing.stale());
  }
}
