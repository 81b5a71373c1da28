package io.ecsoperator.operator.leader;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.config.LeaseSettings;
import io.ecsoperator.operator.leader.FakeLease.Passage;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeaseElectionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(
          Optional.empty(), "ecs-operator", Duration.ofSeconds(6), Duration.ofSeconds(4), SECOND);

  private final VirtualTime time = new VirtualTime();
  private final FakeLease lease = new FakeLease(time::advance);
  private final Replica one = new Replica("one");
  private final Replica two = new Replica("two");

  /** A replica whose steps the test makes. */
  private final class Replica implements LeadershipListener {
    private final FakeLease.Route route = lease.new Route();
    private final LeaseElection election;
    private final List<String> calls = new ArrayList<>();

    Replica(String name) {
      Instant start = time.instant();
      election =
          new LeaseElection(
              route, name, SETTINGS, time, () -> Duration.between(start, time.instant()).toNanos());
      election.setListeners(List.of(this));
    }

    /** Makes an attempt and pauses until the next. */
    void stepAndPause() {
      time.advance(election.step());
    }

    boolean held() {
      return election.held();
    }

    @Override
    public void elected() {
      calls.add("elected, held: " + held());
    }

    @Override
    public void started() {
      calls.add("started, held: " + held());
    }

    @Override
    public void stopped() {
      calls.add("stopped, held: " + held());
    }
  }

  @Test
  void theFirstAttemptSucceedsIfThereIsNoLease() {
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
  void anElectionWithoutAttemptsIsStuck() {
    one.stepAndPause();
    time.advance(Duration.ofMinutes(2));
    assertThat(one.election.isStuck()).isFalse();

    time.advance(Duration.ofMinutes(1));
    assertThat(one.election.isStuck()).isTrue();

    one.election.step();
    assertThat(one.election.isStuck()).as("refused or not, it is an attempt").isFalse();
  }

  @Test
  void listenersAreCalledBeforeAndAfterLeadershipBegins() {
    one.election.step();

    assertThat(one.calls).containsExactly("elected, held: false", "started, held: true");
  }

  @Test
  void theLeaderRenewsTheLeaseWithoutReadingIt() {
    for (int step = 0; step < 60; step++) {
      one.stepAndPause();
      two.election.step();
    }

    assertThat(one.held()).isTrue();
    assertThat(two.held()).isFalse();
    assertThat(one.calls).hasSize(2);
    assertThat(two.calls).isEmpty();
    assertThat(one.route.reads()).isEqualTo(1);
    assertThat(lease.now().orElseThrow().getSpec().getRenewTime().toInstant())
        .isEqualTo(time.instant().minus(SECOND));
  }

  @Test
  void aStandbyTakesOverSixSecondsAfterItReadTheLastChange() {
    one.election.step();
    time.advance(Duration.ofMillis(300));
    Instant seen = time.instant();
    while (!two.held()) {
      assertThat(Duration.between(seen, time.instant())).isLessThanOrEqualTo(SETTINGS.duration());
      two.stepAndPause();
    }

    // The step that acquired the lease ended with a pause.
    assertThat(Duration.between(seen, time.instant().minus(SECOND))).isEqualTo(SETTINGS.duration());
    assertThat(lease.holder()).isEqualTo("two");
    assertThat(lease.now().orElseThrow().getSpec().getLeaseTransitions()).isOne();
  }

  @Test
  void theTimesInTheLeaseDoNotMatter() {
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
  void aLeaseIsValidForTheDurationThatItContains() {
    one.election.step();
    lease.now().orElseThrow().getSpec().setLeaseDurationSeconds(15);
    Instant seen = time.instant();
    while (!two.held()) {
      two.stepAndPause();
    }

    assertThat(Duration.between(seen, time.instant().minus(SECOND)))
        .isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void aDurationThatAnAttackerWroteDelaysTheNextLeaderByThreeDurationsAtMost() {
    lease.write("attacker", Integer.MAX_VALUE);
    Instant seen = time.instant();
    while (!one.held()) {
      assertThat(Duration.between(seen, time.instant())).isLessThan(Duration.ofSeconds(20));
      one.stepAndPause();
    }
  }

  static Stream<UnaryOperator<LeaseBuilder>> editsAtALimit() {
    String mark = "a".repeat(20);
    return Stream.of(
        lease -> lease.editSpec().withLeaseTransitions(Integer.MAX_VALUE).endSpec(),
        lease ->
            lease
                .editMetadata()
                .withAnnotations(
                    Map.of(mark, "x".repeat(FakeLease.MAX_ANNOTATIONS - mark.length())))
                .endMetadata(),
        lease ->
            lease
                .editSpec()
                .withRenewTime(ZonedDateTime.parse("9999-12-31T23:59:59Z"))
                .withAcquireTime(ZonedDateTime.parse("9999-12-31T23:59:59Z"))
                .endSpec(),
        lease -> lease.withSpec(null));
  }

  @ParameterizedTest
  @MethodSource("editsAtALimit")
  void anEditAtALimitKeepsNoReplicaFromLeading(UnaryOperator<LeaseBuilder> edit) {
    one.election.step();
    two.election.step();
    lease.edit(edit);
    untilOneLeads();

    lease.edit(edit);
    one.route.usually(Passage.LOST);
    time.advance(SETTINGS.renewDeadline());
    untilOneLeads();
    assertThat(two.held()).isTrue();
    assertThat(lease.holder()).isEqualTo("two");
  }

  /** After the next attempts, and never both. */
  private void untilOneLeads() {
    Instant start = time.instant();
    do {
      one.election.step();
      two.stepAndPause();
      assertThat(one.held() && two.held()).isFalse();
      assertThat(Duration.between(start, time.instant())).isLessThan(Duration.ofSeconds(20));
    } while (!one.held() && !two.held());
  }

  @Test
  void aShorterDurationInTheLeaseDoesNotLetAnotherOvertakeTheLeader() {
    one.election.step();
    two.election.step();
    lease.write("one", 1);
    one.route.usually(Passage.LOST);

    whileTwoWaits();
  }

  @Test
  void aDeletedLeaseMakesNoSecondLeader() {
    one.election.step();
    two.election.step();
    lease.remove();
    one.route.usually(Passage.LOST);

    whileTwoWaits();
  }

  @Test
  void aLeaseFromWhichAnAttackerRemovesTheHolderMakesNoSecondLeader() {
    one.election.step();
    two.election.step();
    lease.write(null, 6);
    one.route.usually(Passage.LOST);

    whileTwoWaits();
  }

  @Test
  void aLeaseInWhichAnAttackerNamesAStandbyMakesNoSecondLeader() {
    one.election.step();
    two.election.step();
    lease.write("two", 6);
    one.route.usually(Passage.LOST);

    whileTwoWaits();
  }

  @Test
  void theLeaderStopsAtItsNextAttemptWhenAnAttackerNamesAnotherHolder() {
    one.election.step();
    lease.write("attacker", 6);

    one.stepAndPause();
    one.stepAndPause();

    assertThat(one.held()).isFalse();
  }

  @Test
  void aFormerLeaderDoesNotTakeALeaseThatWasDeletedUnderItsSuccessor() {
    one.election.step();
    one.route.usually(Passage.LOST);
    while (!two.held()) {
      two.stepAndPause();
    }
    lease.remove();
    two.route.usually(Passage.LOST);
    one.route.usually(Passage.GOOD);
    while (two.held()) {
      one.stepAndPause();
      assertThat(one.held() && two.held()).as("both lead").isFalse();
    }
  }

  /** The standby leads in the end, but not while the leader still acts. */
  private void whileTwoWaits() {
    while (!two.held()) {
      two.stepAndPause();
      one.election.step();
      assertThat(one.held() && two.held()).as("both lead").isFalse();
    }
    assertThat(one.held()).isFalse();
  }

  @Test
  void outsideAClusterTheLeaseIsAlwaysInTheSameNamespace(@TempDir Path directory)
      throws IOException {
    assertThat(LeaseElection.ownNamespace(directory.resolve("absent"))).isEqualTo("default");
    assertThat(
            LeaseElection.ownNamespace(Files.writeString(directory.resolve("namespace"), "ops\n")))
        .isEqualTo("ops");
  }

  @Test
  void aLeaderThatIsCutOffStopsBeforeAnotherStarts() {
    one.election.step();
    one.route.usually(Passage.LOST);
    Instant cut = time.instant();
    while (one.held()) {
      one.stepAndPause();
    }

    assertThat(Duration.between(cut, time.instant())).isEqualTo(SETTINGS.renewDeadline());
    one.election.step();
    assertThat(one.calls).last().isEqualTo("stopped, held: false");
  }

  @Test
  void aFormerLeaderStandsByAfterATakeoverAndCanLeadAgain() {
    one.election.step();
    one.route.usually(Passage.LOST);
    while (!two.held()) {
      one.election.step();
      two.stepAndPause();
    }
    one.route.usually(Passage.GOOD);
    one.election.step();
    assertThat(one.held()).isFalse();

    two.election.resign();
    two.election.step();
    two.route.usually(Passage.LOST);
    while (!one.held()) {
      one.stepAndPause();
    }

    assertThat(one.calls)
        .containsExactly(
            "elected, held: false",
            "started, held: true",
            "stopped, held: false",
            "elected, held: false",
            "started, held: true");
  }

  @Test
  void aGapBetweenRenewalsBeginsANewTerm() {
    one.election.step();
    time.advance(Duration.ofMillis(3500));
    one.route.next(Passage.slow(Duration.ZERO, SECOND));

    one.election.step();

    assertThat(one.held()).isTrue();
    assertThat(one.calls.subList(2, 5))
        .containsExactly("stopped, held: false", "elected, held: false", "started, held: true");
  }

  @Test
  void aTakeoverWithALostResponseIsRecognizedAsOwn() {
    one.route.next(Passage.GOOD);
    one.route.next(Passage.ANSWER_LOST);

    one.election.step();
    assertThat(one.held()).isFalse();
    one.election.step();

    assertThat(one.held()).isTrue();
  }

  @Test
  void aLeaseThatAnotherClientEditsIsKept() {
    one.election.step();
    for (int step = 0; step < 20; step++) {
      if (step % 4 == 0) {
        lease.touch();
      }
      one.stepAndPause();
      assertThat(one.held()).isTrue();
    }
  }

  @Test
  void otherContentOfTheLeaseIsKept() {
    one.election.step();
    lease.now().orElseThrow().getMetadata().getAdditionalProperties().put("mine", "yes");

    one.stepAndPause();

    assertThat(lease.now().orElseThrow().getMetadata().getAdditionalProperties())
        .containsEntry("mine", "yes");
  }

  @Test
  void aLeaseThatAnotherClientDeletesIsCreatedAgain() {
    one.election.step();
    lease.remove();

    one.stepAndPause();
    one.stepAndPause();

    assertThat(lease.holder()).isEqualTo("one");
    assertThat(one.calls).hasSize(2);
  }

  @Test
  void aLeaseWithoutAHolderIsAcquiredAtOnce() {
    one.route.create(new LeaseBuilder().withNewSpec().endSpec().build());

    one.election.step();

    assertThat(one.held()).isTrue();
  }

  @Test
  void afterResigningNoReplicaLeadsUntilClose() {
    one.election.step();
    one.election.resign();
    assertThat(one.held()).isFalse();

    for (int step = 0; step < 20; step++) {
      one.stepAndPause();
      two.election.step();
    }

    assertThat(one.calls).last().isEqualTo("stopped, held: false");
    assertThat(one.held()).isFalse();
    assertThat(two.held()).isFalse();
  }

  @Test
  void aReplicaThatResignedNeverLeads() {
    one.election.resign();

    one.election.step();

    assertThat(lease.now()).isEmpty();
    assertThat(one.calls).isEmpty();
  }

  @Test
  @Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anotherReplicaCanLeadRightAfterClose() throws InterruptedException {
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
