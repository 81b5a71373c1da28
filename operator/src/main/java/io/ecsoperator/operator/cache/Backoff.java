package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** How long to wait before asking again: doubling up to a cap, with jitter, without end. */
final class Backoff {
  private static final Duration LONGEST = Duration.ofMinutes(2);

  /** The exponent from which on the cap is reached anyway; keeps the shift from overflowing. */
  private static final int MOST_DOUBLINGS = 10;

  private record Row(int failures, LogicalTime last) {}

  private final Map<ResourceKey, Row> rows = new ConcurrentHashMap<>();
  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The call that was started then failed; counted once, however many callers waited for it. */
  Duration failed(ResourceKey key, LogicalTime startedAt, AwsFailure why) {
    Row row =
        rows.merge(
            key,
            new Row(1, startedAt),
            (old, one) ->
                old.last().equals(startedAt) ? old : new Row(old.failures() + 1, startedAt));
    Duration doubled = first(why).multipliedBy(1L << Math.min(row.failures() - 1, MOST_DOUBLINGS));
    Duration capped = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return capped.multipliedBy(500 + random.nextInt(501)).dividedBy(1000);
  }

  void worked(ResourceKey key) {
    rows.remove(key);
  }

  private static Duration first(AwsFailure why) {
    return switch (why.failureClass()) {
      case TRANSIENT, NO_CAPACITY -> Duration.ofSeconds(1);
      case THROTTLED, WAITING, NOT_FOUND -> Duration.ofSeconds(2);
      case BLOCKED -> Duration.ofSeconds(why.resolvesByItself() ? 5 : 30);
    };
  }
}
