package io.ecsoperator.operator.aws.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.faults.Quotas;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.Admission.Granted;
import io.ecsoperator.operator.aws.quota.Admission.NotYet;
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
 * Objects that want one call each, against the buckets that local-ecs enforces, on a virtual clock:
 * how long all of it takes, and what is throttled.
 */
class BudgetTest {
  private static final Duration LATENCY = Duration.ofMillis(25);

  /** What a look at an object takes before it comes to its call. */
  private static final Duration LOOK = Duration.ofMillis(100);

  @Test
  void aHundredRegistrationsUseAllOfTheQuotaAndAreNotThrottled() {
    var run = new Run(QuotaCategory.TASK_DEFINITION_MODIFY, 100, new Random(1));

    run.objects(100);

    // 20 at once, then one a second.
    assertThat(run.lastAnswer()).isLessThan(Duration.ofSeconds(80).multipliedBy(100).dividedBy(95));
    assertThat(run.throttled).isZero();
    assertThat(run.sent).isEqualTo(100);
  }

  @Test
  void aThousandRegistrationsUseAllOfTheDefaultShare() {
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
  void aWholeQuotaIsNotOverdrawnHoweverLongCallsAreUnderWay(
      @ForAll QuotaCategory category, @ForAll @IntRange(max = 900) int jitter, @ForAll long seed) {
    var run = new Run(category, 100, new Random(seed), Duration.ofMillis(jitter));

    run.objects(150);

    assertThat(run.sent).isEqualTo(150);
    assertThat(run.throttled).isZero();
  }

  @Test
  void whatOthersUseOfTheQuotaIsLearned() {
    var run = new Run(QuotaCategory.SERVICE_MODIFY, 100, new Random(1));
    // Somebody else uses half of what comes back.
    for (int i = 0; i < 2000; i++) {
      run.time.after(Duration.ofMillis(400L * i), run::takenByOthers);
    }

    run.objects(1000);

    assertThat(run.answered).isEqualTo(1000);
    assertThat(run.throttled).isBetween(1, 60);
    assertThat(run.lastAnswer()).isLessThan(Duration.ofSeconds((1000 - 50) * 2 / 5 * 2));
  }

  /** A line before the exactly enforced bucket of a category. */
  private static final class Run {
    final VirtualTime time = new VirtualTime();
    final Instant start = time.instant();
    int sent;
    int throttled;
    int answered;

    private final String operation;
    private final Quotas server = new Quotas(true, time);
    private final Scope scope = new Scope("1", "eu-central-1");
    private final CallQueue line;
    private final Random random;
    private final Duration jitter;
    private Instant lastAnswer = start;

    /** What is being looked at, or done: it is not looked at a second time meanwhile. */
    private final Set<CallContext> inHand = new HashSet<>();

    Run(QuotaCategory category, int share, Random random) {
      this(category, share, random, Duration.ofMillis(10));
    }

    Run(QuotaCategory category, int share, Random random, Duration jitter) {
      this.operation = category.operations().stream().findFirst().orElse("CreateDaemon");
      this.random = random;
      this.jitter = jitter;
      this.line =
          new CallQueue(
              QuotaSettings.share(share).of(category),
              time,
              time::after,
              object -> want(CallContext.of(Priority.CHANGE, object)),
              new CallQueueMetrics(new SimpleMeterRegistry(), category));
    }

    void objects(int count) {
      for (int i = 0; i < count; i++) {
        want(Callers.callContext(Priority.CHANGE, "shop", i));
      }
      while (answered < count) {
        time.pass(Duration.ofSeconds(1));
      }
    }

    Duration lastAnswer() {
      return Duration.between(start, lastAnswer);
    }

    void takenByOthers() {
      server.admit(scope, operation);
    }

    private void want(CallContext callContext) {
      if (!inHand.add(callContext)) {
        return;
      }
      line.enter(operation, callContext)
          .thenAccept(
              admission -> {
                switch (admission) {
                  case Granted granted -> time.after(latency(), () -> arrive(callContext, granted));
                  case NotYet(Instant comeBackAt) -> {
                    inHand.remove(callContext);
                    time.after(
                        Duration.between(time.instant(), comeBackAt).plus(LOOK),
                        () -> want(callContext));
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
              line.throttled(granted.sent());
              inHand.remove(callContext);
              time.after(LOOK, () -> want(callContext));
            }
            line.answered(granted.sent());
          });
    }

    private Duration latency() {
      return LATENCY
          .dividedBy(2)
          .plus(jitter.dividedBy(2).multipliedBy(random.nextInt(100)).dividedBy(100));
    }
  }
}
