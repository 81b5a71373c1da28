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
  private volatile Instant answered;

  InformerState(Clock clock) {
    this.clock = clock;
    this.heard = clock.instant();
    this.attempted = heard;
    this.answered = heard;
  }

  /** The informer's thread begins to list or to watch. */
  void attempt() {
    attempted = clock.instant();
  }

  /** The API server answered, so no change from before is missing. */
  void heard() {
    heard = clock.instant();
    attempted = heard;
    answered = heard;
  }

  /** The API server answered with an error; changes may be missing. */
  void refused() {
    answered = clock.instant();
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

  /** For how long the API server has not even refused a request. */
  Duration unanswered() {
    return Duration.between(answered, clock.instant());
  }

  /** For how long the informer's thread has begun nothing new. */
  Duration idle() {
    return Duration.between(attempted, clock.instant());
  }

  /** Whether changes may be missing. */
  boolean mayMissChanges() {
    Duration tolerated = watching ? ListWatch.LENGTH.plus(RECONNECT) : RECONNECT;
    return silence().compareTo(tolerated) > 0;
  }
}
