package io.ecsoperator.operator.replica;

import java.time.Duration;
import java.time.Instant;

/** How old an answer may be. What counts is when the read behind it was started. */
public sealed interface Freshness {
  /** A read that has not started yet. */
  Freshness NOW = new MaxAge(Duration.ZERO);

  /** Whatever is known; for what never changes, such as the body of a revision. */
  Freshness ANY = new Since(Instant.MIN);

  /** Started at most so long ago. */
  record MaxAge(Duration age) implements Freshness {}

  /** Started at or after an instant. */
  record Since(Instant earliest) implements Freshness {}
}
