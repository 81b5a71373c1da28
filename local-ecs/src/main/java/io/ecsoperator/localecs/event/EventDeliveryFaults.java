package io.ecsoperator.localecs.event;

import java.time.Duration;

/**
 * How badly events are delivered.
 *
 * @param duplicated share of events, from 0 to 1, that come twice
 * @param reordered share that is held back by up to ten seconds of world time
 * @param lost share that never comes
 * @param delay world time from what happened to its delivery
 */
public record EventDeliveryFaults(
    double duplicated, double reordered, double lost, Duration delay) {
  /** Each event comes once, at once. */
  public static final EventDeliveryFaults NONE = new EventDeliveryFaults(0, 0, 0, Duration.ZERO);

  public EventDeliveryFaults {
    check("duplicated", duplicated);
    check("reordered", reordered);
    check("lost", lost);
    if (delay.isNegative()) {
      throw new IllegalArgumentException("A delay cannot be negative: " + delay);
    }
  }

  private static void check(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "The share of " + what + " events is between 0 and 1, not " + share);
    }
  }
}
