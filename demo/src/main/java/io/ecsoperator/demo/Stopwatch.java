package io.ecsoperator.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Measures the time since its start. */
record Stopwatch(InstantSource clock, Instant started) {

  static Stopwatch start(InstantSource clock) {
    return new Stopwatch(clock, clock.instant());
  }

  /** Another stopwatch, started now. */
  Stopwatch restarted() {
    return start(clock);
  }

  Duration elapsed() {
    return Duration.between(started, clock.instant());
  }

  /** Such as {@code 6.2 s}, and whole seconds from a hundred on. */
  static String seconds(Duration duration) {
    long tenths = duration.toMillis() / 100;
    return tenths < 1_000
        ? "%d.%d s".formatted(tenths / 10, tenths % 10)
        : "%d s".formatted(tenths / 10);
  }
}
