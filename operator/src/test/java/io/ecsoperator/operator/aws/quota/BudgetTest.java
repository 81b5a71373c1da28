package io.ecsoperator.operator.aws.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.faults.Quotas;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Deferred;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Granted;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Objects that need one call each, against the buckets that local-ecs enforces, on a virtual clock:
 * measures the total time and the throttled calls.
 */
class BudgetTest {
  private static final Duration LATENCY = Duration.ofMillis(25);

  /** The time from the start of a reconcile to its call. */
  private static final Duration RECONCILE = Duration.ofMillis(100);

  @Test
  void aHundredRegistrationsUseTheWholeQuotaAndAreNotThrottled() {
    var run = new Run(QuotaCategory.TASK_DEFINITION_MODIFY, 100, new Random(1));

    run.objects(100);

    // 20 at once, then one a second.
    assertThat(run.lastAnswer()).isLessThan(Duration.ofSeconds(80).multipliedBy(100).dividedBy(95));
    assertThat(run.throttled).isZero();
    assertThat(run.sent).isEqualTo(100);
  }

  @Test
  void aThousandRegistrationsUseTheWholeDefaultShare() {
    var run =
        new Run(
            QuotaCategory.TASK_DEFINITION_MODIFY,
            QuotaSettings.DEFAULT_SHARE_PERCENT,
            new Random(1));

    run.objects(1000);

    Duration optimal = Duration.ofSeconds((long) ((1000 - 16) / 0.8));
    assertThat(run.lastAnswer()).isLessThan(optimal.multipliedBy(100).dividedBy(95));
    assertThat(run.throttled).isZero();
  }

  @Property(tries = 50)
  void theWholeQuotaIsNotExceededForAnyLatency(
      @ForAll QuotaCategory category, @ForAll @IntRange(max = 900) int jitter, @ForAll long seed) {
    var run = new Run(category, 100, new Random(seed), Duration.ofMillis(jitter));

    run.objects(150);

    assertThat(run.sent).isEqualTo(150);
    assertThat(run.throttled).isZero();
  }

  @Test
  void theRateAdaptsToOtherClients() {
    var run = new Run(QuotaCategory.SERVICE_MODIFY, 100, new Random(1));
    // Another client uses half of the refill.
    for (int i = 0; i < 2000; i++) {
      run.time.after(Duration.ofMillis(400L * i), run::callOfAnotherClient);
    }

    run.objects(1000);

    assertThat(run.answered).isEqualTo(1000);
    assertThat(run.throttled).isBetween(1, 60);
    assertThat(run.lastAnswer()).isLessThan(Duration.ofSeconds((1000 - 50) * 2 / 5 * 2));
  }

  /** A queue in front of a server that enforces the bucket of a category. */
  private static final class Run {
    final VirtualTime time = new VirtualTime();
    final Instant start = time.instant();
    int sent;
    int throttled;
    int answered;

    private final String operation;
    private final Quotas server = new Quotas(true, time);
    private final Scope scope = new Scope("1", "eu-central-1");
    private final CallQueue queue;
    private final Random random;
    private final Duration jitter;
    private Instant lastAnswer = start;

    /** Calls of reconciles in progress, which are not started a second time meanwhile. */
    private final Set<CallContext> inProgress = new HashSet<>();

    Run(QuotaCategory category, int share, Random random) {
      this(category, share, random, Duration.ofMillis(10));
    }

    Run(QuotaCategory category, int share, Random random, Duration jitter) {
      this.operation = category.operations().stream().findFirst().orElse("CreateDaemon");
      this.random = random;
      this.jitter = jitter;
      this.queue =
          new CallQueue(
              QuotaSettings.share(share).of(category),
              time,
              time::after,
              object -> reconcile(CallContext.of(Priority.CHANGE, object)),
              new CallQueueMetrics(new SimpleMeterRegistry(), category));
    }

    void objects(int count) {
      for (int i = 0; i < count; i++) {
        reconcile(Callers.callContext(Priority.CHANGE, "shop", i));
      }
      while (answered < count) {
        time.pass(Duration.ofSeconds(1));
      }
    }

    Duration lastAnswer() {
      return Duration.between(start, lastAnswer);
    }

    void callOfAnotherClient() {
      server.admit(scope, operation);
    }

    private void reconcile(CallContext callContext) {
      if (!inProgress.add(callContext)) {
        return;
      }
      queue
          .enter(operation, callContext)
          .thenAccept(
              admission -> {
                switch (admission) {
                  case Granted granted -> time.after(latency(), () -> arrive(callContext, granted));
                  case Deferred(Instant retryAt) -> {
                    inProgress.remove(callContext);
                    time.after(
                        Duration.between(time.instant(), retryAt).plus(RECONCILE),
                        () -> reconcile(callContext));
                  }
                }
              });
    }

    private void arrive(CallContext callContext, Granted granted) {
      sent++;
      boolean admitted = server.admit(scope, operation);
      time.after(
          latency(),
          () -> {
            if (admitted) {
              answered++;
              lastAnswer = time.instant();
            } else {
              throttled++;
              queue.throttled(granted.call());
              inProgress.remove(callContext);
              time.after(RECONCILE, () -> reconcile(callContext));
            }
            queue.answered(granted.call());
          });
    }

    private Duration latency() {
      return LATENCY
          .dividedBy(2)
          .plus(jitter.dividedBy(2).multipliedBy(random.nextInt(100)).dividedBy(100));
    }
  }
}
