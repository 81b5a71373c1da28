package io.ecsoperator.operator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Nothing is doubled, lost, leaked or stuck, whatever happens. docs/design/simulation.md says what
 * happens, and how to repeat a seed.
 */
class SimulationTest {
  private static final long FIRST = Long.getLong("simulation.seed", 1);
  private static final long RUNS = Long.getLong("simulation.runs", 12);
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
