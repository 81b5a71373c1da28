package io.ecsoperator.localecs.event;

import java.time.Duration;

/**
 * The faults of event delivery.
 *
 * @param duplicated share of events, from 0 to 1, that are delivered twice
 * @param reordered share of events that are delayed by up to ten seconds of world time
 * @param lost share of events that are never delivered
 * @param delay world time from an event to its delivery
 */
public record EventDeliveryFaults(
    double duplicated, double reordered, double lost, Duration delay) {
  /** Each event is delivered once, without delay. */
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
