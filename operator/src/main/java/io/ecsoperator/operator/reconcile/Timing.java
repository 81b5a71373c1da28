package io.ecsoperator.operator.reconcile;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to look again.
 *
 * @param poll while something is going on in ECS
 * @param resync when all is well: how soon drift is seen
 * @param refused after a refusal that waiting cannot help
 * @param maxBackoff the longest pause between tries of what may work later
 */
public record Timing(Duration poll, Duration resync, Duration refused, Duration maxBackoff) {
  private static final double SPREAD = 0.1;

  /** A duration up to a tenth longer or shorter, so that objects do not move in step. */
  static Duration jittered(Duration duration, RandomGenerator random) {
    double factor = 1 - SPREAD + 2 * SPREAD * random.nextDouble();
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
