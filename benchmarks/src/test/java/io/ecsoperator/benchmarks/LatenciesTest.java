package io.ecsoperator.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final long MILLI = 1_000_000;

  @Test
  void aPercentileIsTheTimeThatThisShareDidNotExceed() {
    Latencies latencies =
        Latencies.ofNanos(LongStream.rangeClosed(1, 200).map(i -> (201 - i) * MILLI).toArray());

    assertThat(latencies.percentile(50)).isEqualTo(100);
    assertThat(latencies.percentile(99)).isEqualTo(198);
    assertThat(latencies.percentile(100)).isEqualTo(200);
  }

  @Test
  void aSingleTimeIsEveryPercentile() {
    Latencies latencies = Latencies.ofNanos(3 * MILLI);

    assertThat(latencies.percentile(1)).isEqualTo(3);
    assertThat(latencies.percentile(99)).isEqualTo(3);
  }

  @Test
  void warmUpRunsAreNotMeasured() {
    AtomicInteger done = new AtomicInteger();

    Latencies latencies = Latencies.of(3, 2, done::incrementAndGet);

    assertThat(done).hasValue(5);
    assertThat(latencies.percentile(100)).isPositive();
  }

  @Test
  void withoutTimesThereAreNoPercentiles() {
    assertThatIllegalArgumentException().isThrownBy(Latencies::ofNanos);
  }
}
