package io.ecsoperator.operator.cache;

import java.time.Duration;
import java.time.Instant;

/** How old an answer may be. Its age counts from the start of the read behind it. */
public sealed interface Freshness {
  /** Only a read that has not started yet. */
  Freshness NOW = new MaxAge(Duration.ZERO);

  /** Any age; for what never changes, such as the body of a version. */
  Freshness ANY = new Since(Instant.MIN);

  /** Whether a read that was started then is fresh enough now. */
  boolean allows(Instant startedAt, Instant now);

  /** Started less than {@code age} ago. */
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
