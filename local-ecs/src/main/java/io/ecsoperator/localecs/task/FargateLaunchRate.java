package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.time.Instant;

/**
 * The launch rate of Fargate: a burst of 100, then 20 per second, On-Demand and Spot separately. It
 * limits capacity, not requests, so it uses world time. Belongs to the world's thread.
 */
final class FargateLaunchRate {
  private static final Duration EACH = Duration.ofSeconds(1).dividedBy(20);
  private static final Duration BURST = EACH.multipliedBy(100);

  private Instant onDemand = Instant.MIN;
  private Instant spot = Instant.MIN;

  /** Takes the next launch and returns how long the task has to wait for it. */
  Duration take(boolean ofSpot, Instant now) {
    Instant before = ofSpot ? spot : onDemand;
    Instant after = (before.isBefore(now) ? now : before).plus(EACH);
    if (ofSpot) {
      spot = after;
    } else {
      onDemand = after;
    }
    Duration wait = Duration.between(now.plus(BURST), after);
    return wait.isNegative() ? Duration.ZERO : wait;
  }
}
