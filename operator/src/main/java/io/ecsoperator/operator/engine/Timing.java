package io.ecsoperator.operator.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to look again.
 *
 * @param poll while something is going on in ECS
 * @param resync in which time everything in ECS is read again: how soon drift is seen
 * @param refused after a refusal that waiting cannot help
 * @param maxBackoff the longest pause between tries of what may work later
 */
public record Timing(Duration poll, Duration resync, Duration refused, Duration maxBackoff) {
  private static final double SPREAD = 0.1;
  private static final int RESYNCS_UNTIL_NEXT_RECONCILE = 10;
  private static final int RESYNCS_UNTIL_LISTED_AGAIN = 50;

  /** When all is well: whatever changes wakes the object, so that this is only a net. */
  public Duration converged() {
    return resync.multipliedBy(RESYNCS_UNTIL_NEXT_RECONCILE);
  }

  /** An age of what is known that is only reached when reading it fails. */
  public Duration stale() {
    return resync.multipliedBy(2);
  }

  /** The same of what is told by long lists, which are read page by page over many resyncs. */
  public Duration staleList() {
    return resync.multipliedBy(RESYNCS_UNTIL_LISTED_AGAIN);
  }

  /** A duration up to a tenth longer or shorter, so that objects do not move in step. */
  static Duration jittered(Duration duration, RandomGenerator random) {
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
