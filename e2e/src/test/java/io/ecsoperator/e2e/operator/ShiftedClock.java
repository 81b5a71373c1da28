package io.ecsoperator.e2e.operator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;

/** The system clock, which a test can advance. */
final class ShiftedClock extends Clock {
  private final Clock base;
  private final AtomicReference<Duration> shift;

  ShiftedClock() {
    this(Clock.systemUTC(), new AtomicReference<>(Duration.ZERO));
  }

  private ShiftedClock(Clock base, AtomicReference<Duration> shift) {
    this.base = base;
    this.shift = shift;
  }

  void advance(Duration by) {
    shift.updateAndGet(by::plus);
  }

  @Override
  public Instant instant() {
    return base.instant().plus(shift.get());
  }

  @Override
  public ZoneId getZone() {
    return base.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new ShiftedClock(base.withZone(zone), shift);
  }
}
