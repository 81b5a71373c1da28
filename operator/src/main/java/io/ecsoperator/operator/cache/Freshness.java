package io.ecsoperator.operator.cache;

import java.time.Duration;
import java.time.Instant;

/** How old an answer may be. What counts is when the read behind it was started. */
public sealed interface Freshness {
  /** A read that has not started yet. */
  Freshness NOW = new MaxAge(Duration.ZERO);

  /** Whatever is known; for what never changes, such as the body of a revision. */
  Freshness ANY = new Since(Instant.MIN);

  /** Whether a read started then is young enough now. */
  boolean allows(Instant startedAt, Instant now);

  /** Started less than so long ago. */
  record MaxAge(Duration age) implements Freshness {
    @Override
    public boolean allows(Instant startedAt, Instant now) {
      return startedAt.plus(age).isAfter(now);
    }
  }

  /** Started at or after an instant. */
  record Since(Instant earliest) implements Freshness {
    @Override
    public boolean allows(Instant startedAt, Instant now) {
      return !startedAt.isBefore(earliest);
    }
  }
}
