package io.ecsoperator.operator.replica;

import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.Purpose;
import io.ecsoperator.operator.replica.ActiveRevisions.Listing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Renews the list of ACTIVE revisions before anybody misses it: ECS describes revisions one by one
 * only, so that they cannot be swept. What has vanished since the list before is told.
 */
final class Census {
  private final ActiveRevisions revisions;
  private final Interests interests;
  private final Clock clock;
  private final Executor executor;
  private final Duration interval;
  private final Duration retry;
  private final BiConsumer<Key, Moment> vanished;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private Instant next = Instant.MIN;

  /**
   * @param interval the age at which a list is renewed
   * @param retry how long to wait after a list could not be had
   * @param vanished is told what somebody wants to know of and the list, begun then, does not show
   *     any more
   */
  Census(
      ActiveRevisions revisions,
      Interests interests,
      Clock clock,
      Executor executor,
      Duration interval,
      Duration retry,
      BiConsumer<Key, Moment> vanished) {
    this.revisions = revisions;
    this.interests = interests;
    this.clock = clock;
    this.executor = executor;
    this.interval = interval;
    this.retry = retry;
    this.vanished = vanished;
  }

  /** Begins a list if one is due. Not to be called by two threads at once. */
  void take() {
    Instant now = clock.instant();
    Optional<Listing> before = revisions.last();
    boolean due =
        before.filter(list -> !list.startedAt().at().plus(interval).isAfter(now)).isPresent();
    if (!due || now.isBefore(next) || interests.count(Kind.TASK_DEFINITION) == 0) {
      return;
    }
    if (underWay.compareAndSet(false, true)) {
      next = now.plus(retry);
      executor.execute(() -> renew(before.orElseThrow()));
    }
  }

  private void renew(Listing before) {
    try {
      revisions
          .listing(new Freshness.MaxAge(interval), Purpose.of(Priority.CLEANUP))
          .ifPresent(now -> compare(before, now));
    } finally {
      underWay.set(false);
    }
  }

  private void compare(Listing before, Listing now) {
    before.revisions().stream()
        .filter(revision -> !now.revisions().contains(revision))
        .map(revision -> new Key(Kind.TASK_DEFINITION, "", revision))
        .filter(interests::isWanted)
        .forEach(key -> vanished.accept(key, now.startedAt()));
  }
}
