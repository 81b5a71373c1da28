package io.ecsoperator.operator.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between tries, per object: doubled each time up to a cap, jittered, without end.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(500);

  private final Duration cap;
  private final RandomGenerator random;
  private final Map<String, Integer> failuresByUid = new ConcurrentHashMap<>();

  Backoff(Duration cap, RandomGenerator random) {
    this.cap = cap;
    this.random = random;
  }

  Duration next(String uid) {
    int failures = failuresByUid.merge(uid, 1, Integer::sum);
    Duration pause = FIRST;
    for (int i = 1; i < failures && pause.compareTo(cap) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return Timing.jittered(pause.compareTo(cap) < 0 ? pause : cap, random);
  }

  void reset(String uid) {
    failuresByUid.remove(uid);
  }
}
