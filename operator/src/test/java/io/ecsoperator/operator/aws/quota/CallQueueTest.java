package io.ecsoperator.operator.aws.quota;

import static io.ecsoperator.operator.aws.quota.Callers.callContext;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.Callers.DeferredCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long calls wait, which are deferred, and which places stay reserved. */
class CallQueueTest {
  private static final Quota ONE_A_SECOND = new Quota(1, 1);

  private final Callers callers = Callers.withoutTokens(ONE_A_SECOND);

  @Test
  void aCallWaitsForAnAdmissionThatIsNear() {
    callers.enter(change("web"));

    callers.time.pass(Duration.ofMillis(999));
    assertThat(callers.admitted).isEmpty();
    callers.time.pass(Duration.ofMillis(1));
    assertThat(callers.names()).containsExactly("oweb");
  }

  @Test
  void aCallIsDeferredAtOnceIfItsAdmissionIsFar() {
    Instant now = callers.time.instant();
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }

    assertThat(callers.waiting()).isEqualTo(10);
    assertThat(callers.deferred).hasSize(20);
    assertThat(callers.deferred.getFirst().retryAt()).isEqualTo(now.plusSeconds(11 - 2));
    assertThat(callers.deferred.getLast().retryAt()).isEqualTo(now.plusSeconds(30 - 2));
  }

  @Test
  void aCallThatReturnsInTimeKeepsItsPlace() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    for (DeferredCall deferred : List.copyOf(callers.deferred)) {
      callers.time.pass(Duration.between(callers.time.instant(), deferred.retryAt()));
      callers.enter(deferred.callContext());
      // A call that enters later is queued behind all of them.
      callers.enter(change("late" + deferred.callContext()));
    }
    callers.time.pass(CallQueue.MAX_WAIT);

    assertThat(callers.names().subList(0, 30))
        .isEqualTo(IntStream.range(0, 30).mapToObj(i -> "o" + i).toList());
  }

  @Test
  void aPlaceIsReservedForItsObjectAndOperationOnly() {
    enterLong();
    callers.enter(change("other"));

    assertThat(callers.deferred.getLast().retryAt())
        .isEqualTo(callers.deferred.get(callers.deferred.size() - 2).retryAt().plusSeconds(1));
  }

  @Test
  void aPlaceIsRemovedWhenItsReservationExpires() {
    callers.enter(change("first"));
    for (int i = 0; i < 11; i++) {
      callers.enter(change(i));
    }
    assertThat(callers.queue.length()).isEqualTo(12);

    callers.time.pass(
        Duration.ofSeconds(12).plus(CallQueue.RESERVATION).plus(CallQueue.RESERVATION));

    assertThat(callers.queue.length()).isZero();
  }

  @Test
  void aDeferredReadForNoParticularObjectHasNoPlace() {
    enterLong();
    int before = callers.queue.length();

    callers.enter(CallContext.of(Priority.SWEEP));

    assertThat(callers.deferred.getLast().callContext().object()).isEmpty();
    assertThat(callers.queue.length()).isEqualTo(before);
  }

  @Test
  void anObjectIsEnqueuedWhenItsCallCanBeAdmittedEarlier() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    // All but the last have been deleted.
    for (int i = 0; i < 29; i++) {
      callers.queue.drop(change(i).object().orElseThrow());
    }
    callers.time.pass(Duration.ofSeconds(1));

    assertThat(callers.enqueued).containsExactly(change(29).object().orElseThrow());
    callers.enter(change(29));
    assertThat(callers.names()).containsExactly("o29");
  }

  @Test
  void objectsAreEnqueuedOneAfterTheOtherEvenIfNoneReturns() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    for (int i = 0; i < 20; i++) {
      callers.queue.drop(change(i).object().orElseThrow());
    }

    // The bucket holds one token: the next object is enqueued when the first has lost its place.
    callers.time.pass(CallQueue.RESERVATION.plusSeconds(2));

    assertThat(callers.enqueued)
        .startsWith(change(20).object().orElseThrow(), change(21).object().orElseThrow());
  }

  @Test
  void aTokenGoesToAWaitingCallWhileTheFirstPlaceIsReserved() {
    enterLong();
    callers.enter(change("patient"));
    callers.queue.drop(change("patient").object().orElseThrow());
    callers.queue.interrupt(change(0).object().orElseThrow()::equals);

    callers.time.pass(Duration.ofSeconds(1));
    assertThat(callers.names()).containsExactly("o1");

    callers.enter(change(0));
    callers.time.pass(Duration.ofSeconds(1));
    assertThat(callers.names()).containsExactly("o1", "o0");
  }

  @Test
  void anOutdatedCallOfAChangedObjectIsDeferredAtOnce() {
    callers.enter(change("web"));

    callers.queue.interrupt(change("web").object().orElseThrow()::equals);

    assertThat(callers.waiting()).isZero();
    assertThat(callers.deferred)
        .singleElement()
        .returns(callers.time.instant(), DeferredCall::retryAt);
  }

  @Test
  void aDeletedObjectLosesItsPlaces() {
    callers.enter(change("web"));

    callers.queue.drop(change("web").object().orElseThrow());

    assertThat(callers.waiting()).isZero();
    assertThat(callers.queue.length()).isZero();
  }

  @Test
  void aCallThatReturnsWithAHigherPriorityIsAdmittedFirst() {
    enterLong();
    callers.queue.interrupt(change(9).object().orElseThrow()::equals);

    callers.enter(callContext(Priority.DELETE, "shop", 9));
    callers.time.pass(Duration.ofSeconds(1));

    assertThat(callers.names()).containsExactly("o9");
  }

  @Test
  void aCallWithoutAResponseDoesNotBlockOthers() {
    Callers hanging = new Callers(ONE_A_SECOND);
    hanging.enter(change("hangs"), Duration.ofDays(1));
    hanging.enter(change("next"));

    hanging.time.pass(Duration.ofSeconds(2));

    assertThat(hanging.names()).containsExactly("ohangs", "onext");
  }

  @Test
  void theMetricsShowTheQueue() {
    enterLong();
    callers.time.pass(Duration.ofSeconds(3));

    assertThat(gauge("ecs.operator.quota.tokens")).isZero();
    assertThat(gauge("ecs.operator.quota.rate")).isEqualTo(1);
    assertThat(gauge("ecs.operator.quota.queued.calls")).isEqualTo(8);
    var wait = callers.registry.get("ecs.operator.quota.wait").tag("priority", "change").timer();
    assertThat(wait.count()).isEqualTo(3);
    assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(1 + 2 + 3);
    var deferred =
        callers
            .registry
            .get("ecs.operator.quota.deferred.calls")
            .tag("priority", "change")
            .counter();
    assertThat(deferred.count()).isEqualTo(1);
  }

  private double gauge(String name) {
    return callers.registry.get(name).tag("category", "task-definition-modify").gauge().value();
  }

  /** Ten waiting calls and a deferred one. */
  private void enterLong() {
    for (int i = 0; i < 11; i++) {
      callers.enter(change(i));
    }
  }

  private static CallContext change(Object name) {
    return callContext(Priority.CHANGE, "shop", name);
  }
}
