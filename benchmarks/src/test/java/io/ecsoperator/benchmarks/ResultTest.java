package io.ecsoperator.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static Result of(Measure... measures) {
    return new Result(
        "a-case",
        "how long it takes",
        List.of("-Xmx1g"),
        new Machine(2, 8, 0.25, "Linux amd64", "25"),
        LocalDate.of(2026, 1, 2),
        List.of(measures));
  }

  @Test
  void namesMeasuresMachineAndWhetherTargetsAreMet() {
    Result result =
        of(
            Measure.below(5, "quick", 1.234, Unit.MILLISECONDS),
            Measure.below(5, "slow", 5, Unit.MILLISECONDS),
            Measure.atMost(0, "calls", 0, Unit.COUNT),
            Measure.atLeast(1000, "rate", 12345.6, Unit.PER_SECOND),
            Measure.of("size", 23.45, Unit.MEBIBYTES));

    assertThat(result.toMarkdown())
        .isEqualTo(
            """
            a-case: how long it takes.

            | measure | value     | target     | met |
            |---------|-----------|------------|-----|
            | quick   | 1.23 ms   | < 5 ms     | yes |
            | slow    | 5 ms      | < 5 ms     | NO  |
            | calls   | 0         | ≤ 0        | yes |
            | rate    | 12,346 /s | ≥ 1,000 /s | yes |
            | size    | 23.5 MiB  |            |     |

            Measured on 2026-01-02: 2 cores with a load of 0.3 before, 8 GiB of memory, Linux amd64, Java 25; flags: `-Xmx1g`.
            """);
  }

  @Test
  void isMetIfEveryTargetIsMet() {
    assertThat(of(Measure.below(5, "quick", 1, Unit.SECONDS)).isMet()).isTrue();
    assertThat(
            of(
                    Measure.below(5, "quick", 1, Unit.SECONDS),
                    Measure.atLeast(5, "rate", 1, Unit.PER_SECOND))
                .isMet())
        .isFalse();
    assertThat(of(Measure.of("any", 1e9, Unit.COUNT)).isMet()).isTrue();
  }
}
