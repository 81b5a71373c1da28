package io.ecsoperator.operator.cache;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Orders the calls of this process. Safe for many threads. */
final class LogicalClock {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  LogicalClock(Clock clock) {
    this.clock = clock;
  }

  Time next() {
    return new Time(last.incrementAndGet(), now());
  }

  /** The wall-clock time alone, without a place in the order. */
  Instant now() {
    return clock.instant();
  }

  /**
   * When a read was started or a write answered.
   *
   * @param order which of two came first, even if the wall clock shows no difference or is set back
   * @param at the wall-clock time
   */
  record Time(long order, Instant at) {}
}
