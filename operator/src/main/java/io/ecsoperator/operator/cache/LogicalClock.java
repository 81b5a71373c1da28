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

  LogicalTime next() {
    return new LogicalTime(last.incrementAndGet(), now());
  }

  /** The wall-clock time alone, without a place in the order. */
  Instant now() {
    return clock.instant();
  }
}
