package io.ecsoperator.operator.config;

import java.time.Duration;

/**
 * How often the operator reads and retries.
 *
 * @param poll how often changes in progress in ECS are read, such as a rollout
 * @param resync the period in which everything in ECS is read again, and so the longest time until
 *     drift is detected
 * @param refused when a rejected call is retried, unless a change triggers it earlier
 * @param maxBackoff the longest pause between retries of a transient failure
 * @param referenceDelay how long a changed object waits for changes of the objects that it refers
 *     to, if none of them has changed with it
 */
public record Intervals(
    Duration poll,
    Duration resync,
    Duration refused,
    Duration maxBackoff,
    Duration referenceDelay) {

  public Intervals {
    requirePositive("--poll-interval", poll);
    requirePositive("--resync-interval", resync);
    requirePositive("--refused-interval", refused);
    requirePositive("--max-backoff", maxBackoff);
    if (referenceDelay.isNegative()) {
      throw new IllegalArgumentException("--reference-delay must not be negative");
    }
  }

  private static void requirePositive(String option, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(option + " must be longer than 0s");
    }
  }
}
