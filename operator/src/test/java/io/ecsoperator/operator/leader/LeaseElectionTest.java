package io.ecsoperator.operator.leader;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.config.LeaseSettings;
import io.ecsoperator.operator.leader.FakeLease.Passage;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LeaseElectionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(
          Optional.empty(), "ecs-operator", Duration.ofSeconds(6), Duration.ofSeconds(4), SECOND);

  private final VirtualTime time = new VirtualTime();
  private final FakeLease lease = new FakeLease(time::advance);
  private final EcsCache one = new EcsCache("one");
  private final EcsCache two = new EcsCache("two");

  /** A replica whose thread is the test's. */
  private final class EcsCache implements LeadershipListener {
    private final FakeLease.Route route = lease.new Route();
    private final LeaseElection election;
    private final List<String> told = new ArrayList<>();

    EcsCache(String name) {
      Instant start = time.instant();
      election =
          new LeaseElection(
              route, name, SETTINGS, time, () -> Duration.between(start, time.instant()).toNanos());
      election.listenTo(List.of(this));
    }

    /** An attempt, and the pause until the next. */
    void turn() {
      time.advance(election.step());
    }

    boolean held() {
      return election.held();
    }

    @Override
    public void elected() {
      told.add("elected, held: " + held());
    }

    @Override
    public void started() {
      told.add("started, held: " + held());
    }

    @Override
    public void stopped() {
      told.add("stopped, held: " + held());
    }
  }

  @Test
  void theFirstAttemptWinsWhereNobodyEverLed() {
    one.election.step();

    assertThat(one.held()).isTrue();
    assertThat(lease.holder()).isEqualTo("one");
    assertThat(lease.now().orElseThrow().getSpec())
        .satisfies(
            spec -> {
              assertThat(spec.getLeaseDurationSeconds()).isEqualTo(6);
              assertThat(spec.getLeaseTransitions()).isZero();
              assertThat(spec.getAcquireTime().toInstant()).isEqualTo(time.instant());
              assertThat(spec.getRenewTime()).isEqualTo(spec.getAcquireTime());
            });
  }

  @Test
  void theLeaderIsToldBeforeAndAfterItMayAct() {
    one.election.step();

    assertThat(one.told).containsExactly("elected, held: false", "started, held: true");
  }

  @Test
  void theLeaderKeepsTheLeaseByOneWriteAtATime() {
    for (int turn = 0; turn < 60; turn++) {
      one.turn();
      two.election.step();
    }

    assertThat(one.held()).isTrue();
    assertThat(two.held()).isFalse();
    assertThat(one.told).hasSize(2);
    assertThat(two.told).isEmpty();
    assertThat(one.route.reads()).isEqualTo(1);
    assertThat(lease.now().orElseThrow().getSpec().getRenewTime().toInstant())
        .isEqualTo(time.instant().minus(SECOND));
  }

  @Test
  void aStandbyTakesTheLeaseOverSixSecondsAfterItSawItChangeLast() {
    one.election.step();
    time.advance(Duration.ofMillis(300));
    Instant seen = time.instant();
    while (!two.held()) {
      assertThat(Duration.between(seen, time.instant())).isLessThanOrEqualTo(SETTINGS.duration());
      two.turn();
    }

    // The turn that won ended with a pause.
    assertThat(Duration.between(seen, time.instant().minus(SECOND))).isEqualTo(SETTINGS.duration());
    assertThat(lease.holder()).isEqualTo("two");
    assertThat(lease.now().orElseThrow().getSpec().getLeaseTransitions()).isOne();
  }

  @Test
  void whatTheHoldersClockSaysDoesNotMatter() {
    one.election.step();
    lease
        .now()
        .orElseThrow()
        .getSpec()
        .setRenewTime(lease.now().orElseThrow().getSpec().getRenewTime().minusYears(1));

    two.election.step();

    assertThat(two.held()).isFalse();
  }

  @Test
  void aLeaseLastsAsLongAsItsHolderSays() {
    one.election.step();
    lease.now().orElseThrow().getSpec().setLeaseDurationSeconds(15);
    Instant seen = time.instant();
    while (!two.held()) {
      two.turn();
    }

    assertThat(Duration.between(seen, time.instant().minus(SECOND)))
        .isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aLeaderThatIsCutOffStopsBeforeAnotherCanStart() {
    one.election.step();
    one.route.usually(Passage.LOST);
    Instant cut = time.instant();
    while (one.held()) {
      one.turn();
    }

    assertThat(Duration.between(cut, time.instant())).isEqualTo(SETTINGS.renewDeadline());
    one.election.step();
    assertThat(one.told).last().isEqualTo("stopped, held: false");
  }

  @Test
  void whoComesBackAfterATakeoverStandsByAndCanLeadAgain() {
    one.election.step();
    one.route.usually(Passage.LOST);
    while (!two.held()) {
      one.election.step();
      two.turn();
    }
    one.route.usually(Passage.GOOD);
    one.election.step();
    assertThat(one.held()).isFalse();

    two.election.resign();
    two.election.step();
    two.route.usually(Passage.LOST);
    while (!one.held()) {
      one.turn();
    }

    assertThat(one.told)
        .containsExactly(
            "elected, held: false",
            "started, held: true",
            "stopped, held: false",
            "elected, held: false",
            "started, held: true");
  }

  @Test
  void whoeverWasRefusedInAGapIsServedByANewTerm() {
    one.election.step();
    time.advance(Duration.ofMillis(3500));
    one.route.next(Passage.slow(Duration.ZERO, SECOND));

    one.election.step();

    assertThat(one.held()).isTrue();
    assertThat(one.told.subList(2, 5))
        .containsExactly("stopped, held: false", "elected, held: false", "started, held: true");
  }

  @Test
  void aTakeoverWhoseAnswerWasLostIsFoundToBeOnesOwn() {
    one.route.next(Passage.GOOD);
    one.route.next(Passage.ANSWER_LOST);

    one.election.step();
    assertThat(one.held()).isFalse();
    one.election.step();

    assertThat(one.held()).isTrue();
  }

  @Test
  void aLeaseThatSomebodyElseEditsIsKept() {
    one.election.step();
    for (int turn = 0; turn < 20; turn++) {
      if (turn % 4 == 0) {
        lease.touch();
      }
      one.turn();
      assertThat(one.held()).isTrue();
    }
  }

  @Test
  void whatElseIsInALeaseIsLeftThere() {
    one.election.step();
    lease.now().orElseThrow().getMetadata().getAdditionalProperties().put("mine", "yes");

    one.turn();

    assertThat(lease.now().orElseThrow().getMetadata().getAdditionalProperties())
        .containsEntry("mine", "yes");
  }

  @Test
  void aLeaseThatSomebodyDeletesIsMadeAgain() {
    one.election.step();
    lease.remove();

    one.turn();
    one.turn();

    assertThat(lease.holder()).isEqualTo("one");
    assertThat(one.told).hasSize(2);
  }

  @Test
  void aLeaseWithoutAHolderIsTakenAtOnce() {
    one.route.create(new LeaseBuilder().withNewSpec().endSpec().build());

    one.election.step();

    assertThat(one.held()).isTrue();
  }

  @Test
  void whoeverResignsKeepsOthersOutUntilItIsDone() {
    one.election.step();
    one.election.resign();
    assertThat(one.held()).isFalse();

    for (int turn = 0; turn < 20; turn++) {
      one.turn();
      two.election.step();
    }

    assertThat(one.told).last().isEqualTo("stopped, held: false");
    assertThat(one.held()).isFalse();
    assertThat(two.held()).isFalse();
  }

  @Test
  void whoeverResignsWithoutLeadingNeverLeads() {
    one.election.resign();

    one.election.step();

    assertThat(lease.now()).isEmpty();
    assertThat(one.told).isEmpty();
  }

  @Test
  @Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closingLetsTheNextOneLeadAtOnce() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    one.election.start(
        List.of(
            new LeadershipListener() {
              @Override
              public void started() {
                started.countDown();
              }

              @Override
              public void stopped() {
                stopped.countDown();
              }
            }));
    started.await();

    one.election.close();

    assertThat(stopped.getCount()).isZero();
    two.election.step();
    assertThat(two.held()).isTrue();
  }
}
