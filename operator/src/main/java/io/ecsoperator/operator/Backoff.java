package io.ecsoperator.operator;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts, per key: doubled each time up to a cap, with jitter, without
 * end. Safe for many threads.
 *
 * @param <K> what is attempted
 */
public final class Backoff<K> {
  /** From here on the cap is reached; keeps the shift from overflowing. */
  private static final int MOST_DOUBLINGS = 20;

  /**
   * Spreads pauses, so that what failed together is not attempted together again.
   *
   * @param from the shortest pause, as a part of the one without jitter
   * @param to the longest one
   */
  public record Jitter(double from, double to) {
    Duration apply(Duration pause, RandomGenerator random) {
      return Duration.ofNanos(
          (long) (pause.toNanos() * (from + (to - from) * random.nextDouble())));
    }
  }

  /**
   * @param lastAttempt what identifies the last attempt that was counted
   */
  private record Failures(int count, Optional<Object> lastAttempt) {}

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Jitter A_TENTH = new Jitter(0.9, 1.1);

  private final Duration cap;
  private final Jitter jitter;
  private final RandomGenerator random;
  private final Map<K, Failures> failuresByKey = new ConcurrentHashMap<>();

  /**
   * @param cap the longest pause, before jitter
   */
  public Backoff(Duration cap, Jitter jitter, RandomGenerator random) {
    this.cap = cap;
    this.jitter = jitter;
    this.random = random;
  }

  /** Pauses from half a second up to a cap, with a jitter of a tenth. */
  public static <K> Backoff<K> upTo(Duration cap, RandomGenerator random) {
    return new Backoff<>(cap, A_TENTH, random);
  }

  /** The pause after so many attempts in a row have failed; half a second after the first one. */
  public Duration after(int failures) {
    return pause(failures, FIRST);
  }

  /**
   * The pause after a failed attempt that several callers may report; it counts once.
   *
   * @param first the pause after the first failed attempt
   * @param attempt identifies the attempt
   */
  public Duration next(K key, Duration first, Object attempt) {
    return pause(key, first, Optional.of(attempt));
  }

  /** An attempt succeeded: the next pause is a first one. */
  public void reset(K key) {
    failuresByKey.remove(key);
  }

  private Duration pause(K key, Duration first, Optional<Object> attempt) {
    int failures =
        failuresByKey
            .merge(
                key,
                new Failures(1, attempt),
                (old, one) ->
                    attempt.isPresent() && old.lastAttempt().equals(attempt)
                        ? old
                        : new Failures(old.count() + 1, attempt))
            .count();
    return pause(failures, first);
  }

  private Duration pause(int failures, Duration first) {
    return jitter.apply(doubled(first, failures, cap), random);
  }

  /**
   * A pause without jitter.
   *
   * @param first the pause after the first failure
   * @param failures how many attempts in a row have failed; at least one
   * @param cap the longest pause
   */
  public static Duration doubled(Duration first, int failures, Duration cap) {
    Duration pause = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return pause.compareTo(cap) < 0 ? pause : cap;
  }
}
