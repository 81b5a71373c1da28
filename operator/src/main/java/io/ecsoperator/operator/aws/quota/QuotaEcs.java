package io.ecsoperator.operator.aws.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls within AWS's request quotas. Each call takes a token of its category's bucket, and
 * waits in a queue while there is none.
 *
 * <p>A call waits for {@link CallQueue#MAX_WAIT} at most. A call that has to wait longer is not
 * sent: it fails as {@link AwsFailure#deferred}, and its object keeps its place in the queue until
 * it is reconciled again. If quotas are not enforced, calls are sent at once.
 */
public final class QuotaEcs implements Ecs, WaitingCalls {
  private static final Logger log = LoggerFactory.getLogger(QuotaEcs.class);

  private final Ecs ecs;
  private final Clock clock;
  private final Map<QuotaCategory, CallQueue> queues = new EnumMap<>(QuotaCategory.class);

  /**
   * @param ecs one account and region, because AWS counts quotas per account and region
   * @param enqueue reconciles an object when there is a token for its deferred call
   */
  public QuotaEcs(
      Ecs ecs,
      QuotaSettings settings,
      Clock clock,
      Scheduler scheduler,
      Consumer<ObjectKey> enqueue,
      MeterRegistry registry) {
    this.ecs = ecs;
    this.clock = clock;
    for (QuotaCategory category : settings.categories()) {
      CallQueueMetrics metrics = new CallQueueMetrics(registry, category);
      CallQueue queue = new CallQueue(settings.of(category), clock, scheduler, enqueue, metrics);
      metrics.register(queue);
      queues.put(category, queue);
    }
  }

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    return withQuota(operation, callContext, () -> ecs.read(operation, request, callContext));
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    return withQuota(operation, callContext, () -> ecs.write(operation, request, callContext));
  }

  @Override
  public String region() {
    return ecs.region();
  }

  @Override
  public void interrupt(ObjectKey object) {
    queues.values().forEach(queue -> queue.interrupt(object::equals));
  }

  @Override
  public void drop(ObjectKey object) {
    queues.values().forEach(queue -> queue.drop(object));
  }

  /** Ends all waiting calls of objects, because this replica no longer leads. */
  public void interruptAll() {
    queues.values().forEach(queue -> queue.interrupt(object -> true));
  }

  private Ecs.Response withQuota(
      String operation, CallContext callContext, Supplier<Ecs.Response> call) {
    QuotaCategory category = QuotaCategory.of(operation);
    CallQueue queue = queues.get(category);
    if (queue == null) {
      return call.get();
    }
    Instant enteredAt = clock.instant();
    return switch (await(queue, operation, callContext)) {
      case Admission.Granted(TokenBucket.SentCall sent) -> {
        Duration waited = Duration.between(enteredAt, clock.instant());
        yield send(category, queue, sent, call).withQuotaWait(waited);
      }
      case Admission.Deferred(Instant retryAt) -> throw AwsFailure.deferred(operation, retryAt);
    };
  }

  private static Admission await(CallQueue queue, String operation, CallContext callContext) {
    CompletableFuture<Admission> admission = queue.enter(operation, callContext);
    try {
      return admission.get();
    } catch (InterruptedException e) {
      queue.abandon(admission);
      Thread.currentThread().interrupt();
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          "Interrupted",
          operation + " was not sent: the thread was interrupted while it waited for quota.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Ecs.Response send(
      QuotaCategory category,
      CallQueue queue,
      TokenBucket.SentCall sent,
      Supplier<Ecs.Response> call) {
    try {
      return call.get();
    } catch (AwsFailure failure) {
      if (failure.failureClass() == FailureClass.THROTTLED) {
        queue
            .throttled(sent)
            .ifPresent(
                rate ->
                    log.info(
                        "AWS throttles {} calls: continuing with {} per second", category, rate));
      }
      throw failure;
    } finally {
      queue.answered(sent);
    }
  }
}
