package io.ecsoperator.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures how long each object takes to become Ready, also after each change. */
final class ReadyTimes {
  private final InstantSource clock;
  private final Map<String, Attempt> attempts = new HashMap<>();

  ReadyTimes(InstantSource clock) {
    this.clock = clock;
  }

  private record Attempt(Instant begun, Duration time, boolean ready) {
    static Attempt begin(Instant now) {
      return new Attempt(now, Duration.ZERO, false);
    }

    Attempt next(boolean nowReady, Instant now) {
      if (ready) {
        return nowReady ? this : begin(now);
      }
      return new Attempt(begun, Duration.between(begun, now), nowReady);
    }
  }

  /** The current objects with their times. */
  List<Row> rows(List<ObjectState> objects) {
    Instant now = clock.instant();
    attempts.keySet().retainAll(objects.stream().map(ObjectState::key).collect(Collectors.toSet()));
    return objects.stream()
        .map(
            object ->
                new Row(
                    object,
                    attempts
                        .compute(
                            object.key(),
                            (_, attempt) ->
                                (attempt == null ? Attempt.begin(now) : attempt)
                                    .next(object.isReady(), now))
                        .time()))
        .toList();
  }
}
