package io.ecsoperator.operator.replica;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Where moments come from. */
final class Moments {
  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  Moments(Clock clock) {
    this.clock = clock;
  }

  Moment next() {
    return new Moment(last.incrementAndGet(), clock.instant());
  }
}
