package io.ecsoperator.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing is doubled, lost, leaked or stuck, whatever happens. docs/design/simulation.md says what
 * happens, and how to repeat a seed.
 */
class SimulationTest {
  private static final long FIRST = Long.getLong("simulation.seed", 1);
  private static final long RUNS = Long.getLong("simulation.runs", 12);
  private static final long STORMS = Long.getLong("simulation.storms", 1);
  private static final Duration STORM =
      Duration.ofSeconds(Long.getLong("simulation.storm.seconds", 60));
  private static final boolean PRINTS = Boolean.getBoolean("simulation.print");

  @Test
  void nothingIsDoubledLostLeakedOrStuck() {
    try (Seeds seeds = new Seeds()) {
      for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
        seeds
            .run(seed)
            .ifPresent(
                failure -> {
                  Seeds.Failure smallest = seeds.shrunk(failure);
                  throw new AssertionError(smallest + "\n" + String.join("\n", smallest.log()));
                });
      }
    }
  }

  @Test
  void sixtyObjectsAreRightTwoMinutesAfterAStorm() {
    try (Seeds seeds = new Seeds()) {
      for (long seed = FIRST; seed < FIRST + STORMS; seed++) {
        assertHolds(seeds.run(Storm.of(seed, STORM)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 120, 1200})
  void whatChangedWhileEcsWasAwayIsInEffectTenSecondsAfterwards(int seconds) {
    try (Seeds seeds = new Seeds()) {
      assertHolds(
          seeds.run(
              Outage.before(FIRST),
              simulation -> simulation.runOutage(Duration.ofSeconds(seconds), Outage.changes())));
    }
  }

  @Test
  void whatIsDeletedAndAppliedAgainInAnyOrderIsBackWithinAMinute() {
    try (Seeds seeds = new Seeds()) {
      assertHolds(seeds.run(Scenario.ofEachKind(FIRST), Simulation::runOrders));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CREATION, 3, 1",
    "CREATION, 3, 20",
    "CREATION, 10, 4",
    "CREATION, 10, 70",
    "CHANGE, 3, 1",
    "CHANGE, 10, 4",
    "CHANGE, 10, 70",
    "DELETION, 3, 1",
    "DELETION, 10, 4",
    "DELETION, 10, 70"
  })
  void nothingIsLeftAndNoJobRunsTwiceWhenNoWriteIsAnsweredAndTheStatusIsLost(
      LostAnswers phase, int lag, int after) {
    try (Seeds seeds = new Seeds()) {
      assertHolds(seeds.run(phase.in(Duration.ofSeconds(lag), Duration.ofSeconds(after))));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, false",
    "3, 6, true",
    "10, 2, false",
    "10, 6, true",
    "30, 1, true",
    "30, 6, true"
  })
  void nothingIsLeftOfObjectsThatAreDeletedBeforeReadsShowWhatWasCreated(
      int lag, int lived, boolean wiped) {
    try (Seeds seeds = new Seeds()) {
      assertHolds(
          seeds.run(
              LostAnswers.deletedSoon(Duration.ofSeconds(lag), Duration.ofSeconds(lived), wiped)));
    }
  }

  @Test
  void aJobThatEcsHasForgottenDoesNotRunAgainWhenItsStatusIsLost() {
    try (Seeds seeds = new Seeds()) {
      assertHolds(seeds.run(LostAnswers.afterTasksAreForgotten()));
    }
  }

  private static void assertHolds(Optional<Seeds.Failure> failure) {
    failure.ifPresent(
        failed -> {
          throw new AssertionError(failed + "\n" + String.join("\n", failed.log()));
        });
  }

  @Test
  void aSeedGivesTheSameRunAgain() {
    try (Seeds seeds = new Seeds()) {
      for (long seed = FIRST; seed < FIRST + 2; seed++) {
        String log = seeds.log(seed);
        if (PRINTS) {
          System.out.println(log);
        }
        assertThat(seeds.log(seed)).isEqualTo(log);
      }
    }
  }
}
