package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.Backoff;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * For what went wrong on the Kubernetes side or by a mistake of ours: growing pauses with jitter, a
 * cap, and no end. The framework's own retry gives up after five tries.
 */
public record EndlessRetry(Duration cap, RandomGenerator random) implements Retry {

  @Override
  public RetryExecution initExecution() {
    Backoff<String> backoff = Backoff.upTo(cap, random);
    return new RetryExecution() {
      private int attempts;

      @Override
      public Optional<Long> nextDelay() {
        attempts++;
        return Optional.of(backoff.next("this").toMillis());
      }

      @Override
      public int getAttemptCount() {
        return attempts;
      }

      @Override
      public boolean isLastAttempt() {
        return false;
      }
    };
  }
}
