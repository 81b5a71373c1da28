package io.ecsoperator.operator.replica;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Where moments come from. */
final class Moments {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  Moments(Clock clock) {
    this.clock = clock;
  }

  Moment next() {
    return new Moment(last.incrementAndGet(), now());
  }

  /** The time on the clock, which is no moment of its own. */
  Instant now() {
    return clock.instant();
  }
}
