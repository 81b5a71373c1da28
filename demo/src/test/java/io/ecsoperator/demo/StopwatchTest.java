package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopwatchTest {
  @ParameterizedTest
  @CsvSource({"0,0.0 s", "99,0.0 s", "6249,6.2 s", "99999,99.9 s", "100000,100 s", "754321,754 s"})
  void showsTenthsBelowAHundredSeconds(long millis, String shown) {
    assertThat(Stopwatch.seconds(Duration.ofMillis(millis))).isEqualTo(shown);
  }
}
