package io.ecsoperator.operator.aws.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.Answer;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
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
 * ECS within AWS's request quotas: each call takes a token of its category's bucket, and waits for
 * its turn while there is none.
 *
 * <p>A turn is waited for some ten seconds at most. A call whose turn comes later is not sent: it
 * fails as {@link AwsFailure#notYet}, and its object keeps its place in the line for when it is
 * looked at again. Where quotas are not enforced, calls are made at once.
 */
public final class QuotaEcs implements Ecs, WaitingCalls {
  private static final Logger log = LoggerFactory.getLogger(QuotaEcs.class);

  private final Ecs ecs;
  private final Clock clock;
  private final Map<QuotaCategory, CallQueue> lines = new EnumMap<>(QuotaCategory.class);

  /**
   * @param ecs one account and region: quotas are counted for each
   * @param wake lets somebody look at an object for which a call can be made at last
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
      CallQueue line = new CallQueue(settings.of(category), clock, scheduler, enqueue, metrics);
      metrics.show(line);
      lines.put(category, line);
    }
  }

  @Override
  public Answer read(String operation, ObjectNode request, CallContext callContext) {
    return inTurn(operation, callContext, () -> ecs.read(operation, request, callContext));
  }

  @Override
  public Answer write(String operation, ObjectNode request, CallContext callContext) {
    return inTurn(operation, callContext, () -> ecs.write(operation, request, callContext));
  }

  @Override
  public String region() {
    return ecs.region();
  }

  @Override
  public void interrupt(ObjectKey object) {
    lines.values().forEach(line -> line.interrupt(object::equals));
  }

  @Override
  public void drop(ObjectKey object) {
    lines.values().forEach(line -> line.drop(object));
  }

  /** All calls that wait fail at once, because nobody here has to make them any longer. */
  public void interruptAll() {
    lines.values().forEach(line -> line.interrupt(object -> true));
  }

  private Answer inTurn(String operation, CallContext callContext, Supplier<Answer> call) {
    QuotaCategory category = QuotaCategory.of(operation);
    CallQueue line = lines.get(category);
    if (line == null) {
      return call.get();
    }
    Instant begunAt = clock.instant();
    return switch (await(line, operation, callContext)) {
      case Admission.Granted(TokenBucket.Sent sent) -> {
        Duration waited = Duration.between(begunAt, clock.instant());
        yield send(category, line, sent, call).waited(waited);
      }
      case Admission.NotYet notYet -> throw AwsFailure.notYet(operation, notYet.comeBackAt());
    };
  }

  private static Admission await(CallQueue line, String operation, CallContext callContext) {
    CompletableFuture<Admission> admission = line.enter(operation, callContext);
    try {
      return admission.get();
    } catch (InterruptedException e) {
      line.abandon(admission);
      Thread.currentThread().interrupt();
      throw AwsFailure.of(
          operation,
          FailureClass.TRANSIENT,
          "Interrupted",
          operation + " was not sent: interrupted while waiting for its turn.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Answer send(
      QuotaCategory category, CallQueue line, TokenBucket.Sent sent, Supplier<Answer> call) {
    try {
      return call.get();
    } catch (AwsFailure failure) {
      if (failure.failureClass() == FailureClass.THROTTLED) {
        line.throttled(sent)
            .ifPresent(
                rate ->
                    log.info(
                        "AWS throttles calls of {}: going on with {} a second", category, rate));
      }
      throw failure;
    } finally {
      line.answered(sent);
    }
  }
}
