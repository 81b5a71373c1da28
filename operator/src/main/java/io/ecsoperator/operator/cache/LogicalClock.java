package io.ecsoperator.operator.cache;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Where moments come from. */
final class LogicalClock {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  LogicalClock(Clock clock) {
    this.clock = clock;
  }

  LogicalTime next() {
    return new LogicalTime(last.incrementAndGet(), now());
  }

  /** The time on the clock, which is no moment of its own. */
  Instant now() {
    return clock.instant();
  }
}
