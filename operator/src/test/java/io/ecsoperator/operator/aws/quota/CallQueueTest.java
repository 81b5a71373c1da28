package io.ecsoperator.operator.aws.quota;

import static io.ecsoperator.operator.aws.quota.Callers.callContext;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.Callers.PutOff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who waits for how long, who leaves, and whose place is kept. */
class CallQueueTest {
  private static final Quota ONE_A_SECOND = new Quota(1, 1);

  private final Callers callers = Callers.withoutTokens(ONE_A_SECOND);

  @Test
  void aTurnThatComesInTimeIsWaitedFor() {
    callers.enter(change("web"));

    callers.time.pass(Duration.ofMillis(999));
    assertThat(callers.turns).isEmpty();
    callers.time.pass(Duration.ofMillis(1));
    assertThat(callers.names()).containsExactly("oweb");
  }

  @Test
  void aTurnThatIsFarIsNotWaitedForAtAll() {
    Instant now = callers.time.instant();
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }

    assertThat(callers.waiting()).isEqualTo(10);
    assertThat(callers.putOff).hasSize(20);
    assertThat(callers.putOff.getFirst().comeBackAt()).isEqualTo(now.plusSeconds(11 - 2));
    assertThat(callers.putOff.getLast().comeBackAt()).isEqualTo(now.plusSeconds(30 - 2));
  }

  @Test
  void whoComesBackInTimeHasItsPlaceStill() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    for (PutOff putOff : List.copyOf(callers.putOff)) {
      callers.time.pass(Duration.between(callers.time.instant(), putOff.comeBackAt()));
      callers.enter(putOff.callContext());
      // Somebody who was not there before goes behind all of them.
      callers.enter(change("late" + putOff.callContext()));
    }
    callers.time.pass(CallQueue.PATIENCE);

    assertThat(callers.names().subList(0, 30))
        .isEqualTo(IntStream.range(0, 30).mapToObj(i -> "o" + i).toList());
  }

  @Test
  void aPlaceIsKeptForItsObjectAndOperationOnly() {
    enterLong();
    callers.enter(change("other"));

    assertThat(callers.putOff.getLast().comeBackAt())
        .isEqualTo(callers.putOff.get(callers.putOff.size() - 2).comeBackAt().plusSeconds(1));
  }

  @Test
  void aPlaceThatNobodyComesBackForIsDropped() {
    callers.enter(change("first"));
    for (int i = 0; i < 11; i++) {
      callers.enter(change(i));
    }
    assertThat(callers.line.length()).isEqualTo(12);

    callers.time.pass(Duration.ofSeconds(12).plus(CallQueue.KEPT).plus(CallQueue.KEPT));

    assertThat(callers.line.length()).isZero();
  }

  @Test
  void whatIsReadForNobodyInParticularHasNoPlace() {
    enterLong();
    int before = callers.line.length();

    callers.enter(CallContext.of(Priority.SWEEP));

    assertThat(callers.putOff.getLast().callContext().object()).isEmpty();
    assertThat(callers.line.length()).isEqualTo(before);
  }

  @Test
  void whoIsAwayIsWokenWhenItsTurnComesSooner() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    // All but the last have been deleted.
    for (int i = 0; i < 29; i++) {
      callers.line.drop(change(i).object().orElseThrow());
    }
    callers.time.pass(Duration.ofSeconds(1));

    assertThat(callers.enqueued).containsExactly(change(29).object().orElseThrow());
    callers.enter(change(29));
    assertThat(callers.names()).containsExactly("o29");
  }

  @Test
  void oneAfterTheOtherIsWokenEvenIfNoneComes() {
    for (int i = 0; i < 30; i++) {
      callers.enter(change(i));
    }
    for (int i = 0; i < 20; i++) {
      callers.line.drop(change(i).object().orElseThrow());
    }

    // The bucket holds one token: the next one is woken when the first has lost its place.
    callers.time.pass(CallQueue.KEPT.plusSeconds(2));

    assertThat(callers.enqueued)
        .startsWith(change(20).object().orElseThrow(), change(21).object().orElseThrow());
  }

  @Test
  void aTokenGoesToSomebodyWhoIsThereWhileTheFirstIsAway() {
    enterLong();
    callers.enter(change("patient"));
    callers.line.drop(change("patient").object().orElseThrow());
    callers.line.interrupt(change(0).object().orElseThrow()::equals);

    callers.time.pass(Duration.ofSeconds(1));
    assertThat(callers.names()).containsExactly("o1");

    callers.enter(change(0));
    callers.time.pass(Duration.ofSeconds(1));
    assertThat(callers.names()).containsExactly("o1", "o0");
  }

  @Test
  void aChangedObjectDoesNotWaitForWhatIsOutOfDate() {
    callers.enter(change("web"));

    callers.line.interrupt(change("web").object().orElseThrow()::equals);

    assertThat(callers.waiting()).isZero();
    assertThat(callers.putOff).singleElement().returns(callers.time.instant(), PutOff::comeBackAt);
  }

  @Test
  void aDeletedObjectHasNoPlaceLeft() {
    callers.enter(change("web"));

    callers.line.drop(change("web").object().orElseThrow());

    assertThat(callers.waiting()).isZero();
    assertThat(callers.line.length()).isZero();
  }

  @Test
  void whoComesBackWithSomethingMoreUrgentGoesBeforeTheOthers() {
    enterLong();
    callers.line.interrupt(change(9).object().orElseThrow()::equals);

    callers.enter(callContext(Priority.DELETE, "shop", 9));
    callers.time.pass(Duration.ofSeconds(1));

    assertThat(callers.names()).containsExactly("o9");
  }

  @Test
  void aCallThatIsNeverAnsweredDoesNotHoldUpTheOthers() {
    Callers hanging = new Callers(ONE_A_SECOND);
    hanging.enter(change("hangs"), Duration.ofDays(1));
    hanging.enter(change("next"));

    hanging.time.pass(Duration.ofSeconds(2));

    assertThat(hanging.names()).containsExactly("ohangs", "onext");
  }

  @Test
  void itsFiguresAreShown() {
    enterLong();
    callers.time.pass(Duration.ofSeconds(3));

    assertThat(gauge("ecs.operator.quota.tokens")).isZero();
    assertThat(gauge("ecs.operator.quota.rate")).isEqualTo(1);
    assertThat(gauge("ecs.operator.quota.queued.calls")).isEqualTo(8);
    var wait = callers.registry.get("ecs.operator.quota.wait").tag("priority", "change").timer();
    assertThat(wait.count()).isEqualTo(3);
    assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(1 + 2 + 3);
    var putOff =
        callers.registry.get("ecs.operator.quota.deferred").tag("priority", "change").counter();
    assertThat(putOff.count()).isEqualTo(1);
  }

  private double gauge(String name) {
    return callers.registry.get(name).tag("category", "task-definition-modify").gauge().value();
  }

  /** Ten who wait, and one who has left. */
  private void enterLong() {
    for (int i = 0; i < 11; i++) {
      callers.enter(change(i));
    }
  }

  private static CallContext change(Object name) {
    return callContext(Priority.CHANGE, "shop", name);
  }
}
