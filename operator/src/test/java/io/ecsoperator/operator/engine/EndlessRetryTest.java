package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndlessRetryTest {
  private final EndlessRetry retry = new EndlessRetry(Duration.ofMinutes(5), new Random(1));

  @Test
  void pausesGrowUpToACapAndNeverEnd() {
    RetryExecution execution = retry.initExecution();

    long before = 0;
    for (int attempt = 1; attempt <= 1000; attempt++) {
      long pause = execution.nextDelay().orElseThrow();
      assertThat(execution.getAttemptCount()).isEqualTo(attempt);
      assertThat(execution.isLastAttempt()).isFalse();
      assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(330).toMillis());
      if (attempt <= 10) {
        assertThat(pause).isGreaterThan(before);
      } else {
        assertThat(pause).isGreaterThanOrEqualTo(Duration.ofSeconds(270).toMillis());
      }
      before = pause;
    }
  }

  @Test
  void everyObjectHasItsOwnPauses() {
    retry.initExecution().nextDelay();
    RetryExecution other = retry.initExecution();

    assertThat(other.nextDelay().orElseThrow()).isLessThan(1000L);
    assertThat(other.getAttemptCount()).isEqualTo(1);
  }
}
