package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus.SentChange;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.PlanReport;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executes the plan of one object and learns from what ECS answers: writes the intent first, then
 * has the calls sent, and puts the responses into the status. Safe for many threads.
 */
final class Execution<S extends EcsStatus> {
  /** IAM may allow a call for one resource and refuse it for another one. */
  private static final Duration SHORTEST_REFUSAL = Duration.ofMinutes(1);

  private final Kind<?, S, ?> kind;
  private final ObjectMemory.OfKind memories;
  private final WriteGuard guard;
  private final StatusBuilder<S> statusBuilder;
  private final LocationCheck locationCheck;
  private final PlanExecutor executor;
  private final Clock clock;
  private final Duration refused;
  private final ReconcileMetrics metrics;

  /**
   * @param status with what was learned from the responses
   * @param failure of the call that did not work; empty if the object goes on without it
   */
  record Outcome<S extends EcsStatus>(S status, Optional<PlanExecutor.Result.Failed> failure) {}

  Execution(
      Kind<?, S, ?> kind,
      ObjectMemory.OfKind memories,
      WriteGuard guard,
      StatusBuilder<S> statusBuilder,
      LocationCheck locationCheck,
      Reconciliation.Dependencies dependencies) {
    this.kind = kind;
    this.memories = memories;
    this.guard = guard;
    this.statusBuilder = statusBuilder;
    this.locationCheck = locationCheck;
    this.executor = dependencies.planExecutor();
    this.clock = dependencies.clock();
    this.refused = dependencies.timing().refused();
    this.metrics = dependencies.metrics();
  }

  /**
   * @param planned the whole plan, with the changes that the guard holds
   * @param execute what is sent of it
   * @param corrects whether the plan corrects drift, which is no change of a user
   * @param recordIntent writes a status at once, before ECS is called
   */
  Outcome<S> execute(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Plan planned,
      Decision.Execute<S> execute,
      boolean corrects,
      Consumer<S> recordIntent) {
    if (corrects) {
      metrics.corrected(kind.name());
    }
    return becomesOwner(context, execute)
        ? takeOver(context, events, planned, execute, recordIntent)
        : send(context, events, planned, execute, corrects, recordIntent);
  }

  /** Whether the plan makes the object the owner of a resource that its status does not name. */
  private static boolean becomesOwner(ReconcileContext<?> context, Decision.Execute<?> execute) {
    return context.status().common().arn() == null
        && execute.intent().common().arn() != null
        && OwnTags.takesOver(execute.plan());
  }

  /**
   * Tags the resource before anything of it is changed, and names it in the status only once it is
   * tagged: without the tag another object could own it as well.
   */
  private Outcome<S> takeOver(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Plan planned,
      Decision.Execute<S> execute,
      Consumer<S> recordIntent) {
    String arn = execute.intent().common().arn();
    Outcome<S> outcome =
        send(
            context,
            events,
            planned,
            new Decision.Execute<>(
                OwnTags.ownerFirst(execute.plan()),
                execute.status(),
                withArn(execute.intent(), null),
                execute.readyState()),
            false,
            recordIntent);
    boolean untagged = outcome.failure().filter(failed -> failed.responses().isEmpty()).isPresent();
    return untagged ? outcome : new Outcome<>(withArn(outcome.status(), arn), outcome.failure());
  }

  private S withArn(S status, @Nullable String arn) {
    return Kind.withCommon(status, status.common().withArn(arn));
  }

  private Outcome<S> send(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      Plan planned,
      Decision.Execute<S> execute,
      boolean corrects,
      Consumer<S> recordIntent) {
    memories.of(context.desired().uid()).goneFrom(Optional.empty());
    S intent = recordIntent(context, execute, recordIntent);
    PlanExecutor.Result result =
        executor.execute(
            execute.plan(),
            context.desired().key(),
            priority(context, execute),
            () -> Redaction.of(context.desired().aws(), context.desired().kubernetes()));
    S learned = recordResponses(context, planned, execute, intent, result.responses());
    emitCalls(events, execute, result.responses().size(), corrects);
    return result instanceof PlanExecutor.Result.Failed failed
            && !isLeftUntagged(context, events, failed)
        ? new Outcome<>(afterFailure(context, execute, learned, failed), Optional.of(failed))
        : new Outcome<>(learned, Optional.empty());
  }

  /** Work for an object that is Ready all the same can wait. */
  static Priority priority(ReconcileContext<?> context, Decision.Execute<?> execute) {
    if (context.deleting()) {
      return Priority.DELETE;
    }
    return execute.readyState() instanceof ReadyState.Ready ? Priority.CLEANUP : Priority.CHANGE;
  }

  /** Whether missing tags of this operator are drift: not of a resource that is only observed. */
  boolean mayTag(ReconcileContext<S> context) {
    return !context.observesOnly()
        && memories
            .of(context.desired().uid())
            .tagsRefusedAt()
            .filter(refusedAt -> !mayTagAgain(refusedAt))
            .isEmpty();
  }

  /** A refusal counts until it is time for another attempt, or IAM has allowed the call. */
  private boolean mayTagAgain(Instant refusedAt) {
    Duration since = Duration.between(refusedAt, clock.instant());
    boolean allowedSince =
        executor.lastDone(OwnTags.TAG).filter(done -> done.isAfter(refusedAt)).isPresent();
    return since.compareTo(refused) >= 0 || allowedSince && since.compareTo(SHORTEST_REFUSAL) >= 0;
  }

  void forget(ObjectKey object) {
    executor.forget(object);
  }

  /** Writes down what is about to be called, where that is not written already. */
  private S recordIntent(
      ReconcileContext<S> context, Decision.Execute<S> execute, Consumer<S> recordIntent) {
    S located =
        Kind.withCommon(
            execute.intent(),
            execute.intent().common().withAwsLocation(locationCheck.current().orElseThrow()));
    // An intent that is written anyway names the changes too.
    boolean named = kind.isReadByReconcile() || !located.equals(context.status());
    S intent =
        named && WriteGuard.limits(kind, context, execute)
            ? unanswered(context, located, execute.plan().calls())
            : located;
    if (!intent.equals(context.status()) && kind.mustRecordIntent(context)) {
      recordIntent.accept(statusBuilder.intent(context, intent, execute.readyState()));
    }
    return intent;
  }

  private S recordResponses(
      ReconcileContext<S> context,
      Plan planned,
      Decision.Execute<S> execute,
      S intent,
      List<ObjectNode> responses) {
    S learned = intent;
    String uid = context.desired().uid();
    List<SentChange> sent = guard.shown(uid, context.sentChanges(), planned);
    for (int i = 0; i < responses.size(); i++) {
      Plan.Call call = execute.plan().calls().get(i);
      if (WriteGuard.limits(kind, context, execute)) {
        sent = guard.accepted(uid, sent, call, clock.instant());
      }
      learned = kind.recordResponse(learned, call, responses.get(i), clock.instant());
      learned = withApplied(learned, call);
    }
    return Kind.withCommon(learned, learned.common().withSentChanges(sent));
  }

  /** The status after a successful call: a path that it reset is not reset again. */
  private static <S extends EcsStatus> S withApplied(S status, Plan.Call call) {
    List<String> applied = status.common().appliedPaths();
    return applied == null
        ? status
        : Kind.withCommon(
            status,
            status.common().withAppliedPaths(AppliedPaths.afterUpdate(applied, call.changes())));
  }

  /** The status with the changes of calls that ECS may make without an answer. */
  private S unanswered(ReconcileContext<S> context, S status, List<Plan.Call> calls) {
    List<SentChange> sent = WriteGuard.sentChanges(status);
    for (Plan.Call call : calls) {
      sent =
          guard.unanswered(
              context.desired().uid(), sent, call, context.desired().generation(), clock.instant());
    }
    return Kind.withCommon(status, status.common().withSentChanges(sent));
  }

  private S afterFailure(
      ReconcileContext<S> context,
      Decision.Execute<S> execute,
      S learned,
      PlanExecutor.Result.Failed failed) {
    if (failed.failure().deferredUntil().isPresent()) {
      return withoutCreation(context, kind.onDeferred(context.status(), learned, failed.call()));
    }
    if (failed.failure().ambiguous()) {
      return WriteGuard.limits(kind, context, execute)
          ? unanswered(context, learned, List.of(failed.call()))
          : learned;
    }
    return withoutCreation(
        context, kind.onRejected(context.status(), learned, failed.call(), failed.failure()));
  }

  /**
   * The status with nothing applied and nowhere, if a call without effect was the first for the
   * object: it holds nothing that it refers to.
   */
  private S withoutCreation(ReconcileContext<S> context, S learned) {
    return context.mayHaveCreated() || learned.common().arn() != null
        ? learned
        : Kind.withCommon(learned, learned.common().withAppliedPaths(null).withAwsLocation(null));
  }

  /** An Event for each call that worked. */
  private void emitCalls(
      ReconcileResult.PendingEvents events,
      Decision.Execute<S> execute,
      int made,
      boolean corrects) {
    execute.plan().calls().stream()
        .limit(made)
        .forEach(
            call ->
                events.called(
                    corrects ? EventReason.DRIFT_CORRECTED : kind.eventReason(call.operation()),
                    corrects
                        ? "ECS was changed while the spec was not. " + PlanReport.eventText(call)
                        : PlanReport.eventText(call)));
  }

  /** A resource that may not be tagged is known by its ARN: an Event says so once. */
  private boolean isLeftUntagged(
      ReconcileContext<S> context,
      ReconcileResult.PendingEvents events,
      PlanExecutor.Result.Failed failed) {
    // A resource that the status does not name yet must not get a second owner.
    if (!OwnTags.isRefusalOfOwnTags(failed.call(), failed.failure())
        || context.status().common().arn() == null) {
      return false;
    }
    ObjectMemory memory = memories.of(context.desired().uid());
    if (memory.tagsRefusedAt().isEmpty()) {
      events.warning(
          EventReason.NOT_TAGGED,
          "ECS refuses the owner tag; the operator knows the resource by its ARN: "
              + failed.failure().message());
    }
    memory.tagsRefused(clock.instant());
    return true;
  }
}
