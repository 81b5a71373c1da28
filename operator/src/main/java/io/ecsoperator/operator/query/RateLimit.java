package io.ecsoperator.operator.query;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** A bucket of tokens. Safe for many threads. */
final class RateLimit {
  private final Clock clock;
  private final double burst;
  private final double perSecond;
  private final ReentrantLock lock = new ReentrantLock();
  private double tokens;
  private Instant filledAt;

  RateLimit(Clock clock, double burst, double perSecond) {
    this.clock = clock;
    this.burst = burst;
    this.perSecond = perSecond;
    this.tokens = burst;
    this.filledAt = clock.instant();
  }

  /** Takes a token if there is one. */
  boolean take() {
    lock.lock();
    try {
      Instant now = clock.instant();
      double seconds = Duration.between(filledAt, now).toNanos() / 1e9;
      tokens = Math.min(burst, tokens + Math.max(0, seconds) * perSecond);
      filledAt = now;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
