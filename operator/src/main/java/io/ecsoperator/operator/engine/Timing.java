package io.ecsoperator.operator.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to reconcile again.
 *
 * @param poll while an operation is in progress in ECS
 * @param resync how often everything in ECS is read again, so how soon drift is found
 * @param refused after a refusal that does not resolve by waiting
 * @param maxBackoff the longest pause between attempts that may succeed later
 * @param grace how far a read of ECS may be behind a write: an earlier read that does not show a
 *     resource does not prove that there is none
 */
public record Timing(
    Duration poll, Duration resync, Duration refused, Duration maxBackoff, Duration grace) {
  private static final double SPREAD = 0.1;
  private static final int RESYNCS_UNTIL_NEXT_RECONCILE = 10;
  private static final int RESYNCS_UNTIL_LISTED_AGAIN = 50;

  /** For a converged object. Every change triggers its object, so this is only a fallback. */
  public Duration converged() {
    return resync.multipliedBy(RESYNCS_UNTIL_NEXT_RECONCILE);
  }

  /** An age that an observation reaches only if reading it fails. */
  public Duration stale() {
    return resync.multipliedBy(2);
  }

  /**
   * An age that a long list reaches only if reading it fails. Such a list is read page by page over
   * many resyncs.
   */
  public Duration staleList() {
    return resync.multipliedBy(RESYNCS_UNTIL_LISTED_AGAIN);
  }

  /** A duration up to a tenth longer or shorter, so that objects are not reconciled all at once. */
  static Duration jittered(Duration duration, RandomGenerator random) {
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
