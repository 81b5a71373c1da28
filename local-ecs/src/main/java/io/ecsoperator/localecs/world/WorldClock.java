package io.ecsoperator.localecs.world;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** How fast the world's time runs. */
public sealed interface WorldClock {
  /** The world time at the start. */
  Instant start();

  /**
   * World time runs by itself, {@code scale} world seconds for each wall second.
   *
   * @param scale above 0; 1 is real time
   */
  record Running(Instant start, double scale) implements WorldClock {
    public Running {
      if (!(scale > 0) || Double.isInfinite(scale)) {
        throw new IllegalArgumentException("A clock's scale is above 0, not " + scale);
      }
    }
  }

  /** World time stands still until {@link World#advance} moves it. */
  record Virtual(Instant start) implements WorldClock {}

  /** A clock that starts now and runs as fast as the wall clock. */
  static WorldClock real() {
    return scaled(1);
  }

  /** A clock that starts now and runs {@code scale} times as fast as the wall clock. */
  static WorldClock scaled(double scale) {
    return new Running(InstantSource.system().instant(), scale);
  }

  /** A virtual clock at the start of 2026, so that every test run sees the same times. */
  static WorldClock virtual() {
    return new Virtual(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /**
   * Reads {@code real}, {@code x60} (any factor) or {@code virtual}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static WorldClock parse(String text) {
    return switch (text) {
      case "real" -> real();
      case "virtual" -> virtual();
      default -> {
        try {
          if (text.startsWith("x")) {
            yield scaled(Double.parseDouble(text.substring(1)));
          }
        } catch (NumberFormatException e) {
          // Falls through to the message below, which names the forms.
        }
        throw new IllegalArgumentException(
            "A clock is real, virtual or a factor such as x60, not " + text);
      }
    };
  }

  /**
   * The same clock for a world that has reached a time. Only a real clock jumps to the time of day.
   */
  default WorldClock from(Instant reached) {
    return switch (this) {
      case Running(Instant start, double scale) ->
          new Running(scale == 1 && start.isAfter(reached) ? start : reached, scale);
      case Virtual _ -> new Virtual(reached);
    };
  }

  /** The world time after {@code elapsed} wall time since the world began. */
  default Instant at(Duration elapsed, Instant reached) {
    return switch (this) {
      case Running(Instant start, double scale) ->
          start.plusNanos((long) (elapsed.toNanos() * scale));
      case Virtual _ -> reached;
    };
  }

  /** Wall nanoseconds from {@code reached} until {@code due}; unlimited on a virtual clock. */
  default long wallNanosUntil(Instant due, Instant reached) {
    return switch (this) {
      case Running(Instant _, double scale) ->
          Math.max(0, (long) (Duration.between(reached, due).toNanos() / scale));
      case Virtual _ -> Long.MAX_VALUE;
    };
  }
}
