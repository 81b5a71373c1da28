package io.ecsoperator.operator.informer;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What probes and metrics report about an informer; written by its thread, read by others. */
final class InformerState {
  /** A reconnect within this time is no outage. */
  private static final Duration RECONNECT = Duration.ofSeconds(3);

  private final Clock clock;
  private volatile boolean synced;
  private volatile boolean watching;
  private volatile Instant heard;
  private volatile Instant attempted;

  InformerState(Clock clock) {
    this.clock = clock;
    this.heard = clock.instant();
    this.attempted = heard;
  }

  /** The informer's thread begins to list or to watch. */
  void attempt() {
    attempted = clock.instant();
  }

  /** The API server answered, so no change from before is missing. */
  void heard() {
    heard = clock.instant();
    attempted = heard;
  }

  void synced() {
    synced = true;
    heard();
  }

  void watching(boolean isWatching) {
    watching = isWatching;
    if (isWatching) {
      heard();
    }
  }

  boolean isSynced() {
    return synced;
  }

  boolean isWatching() {
    return watching;
  }

  /** For how long no change could have been seen. */
  Duration silence() {
    return Duration.between(heard, clock.instant());
  }

  /** For how long the informer's thread has begun nothing new. */
  Duration idle() {
    return Duration.between(attempted, clock.instant());
  }

  /** Whether changes may be missing. */
  boolean isDeaf() {
    Duration tolerated = watching ? ListWatch.LENGTH.plus(RECONNECT) : RECONNECT;
    return silence().compareTo(tolerated) > 0;
  }
}
