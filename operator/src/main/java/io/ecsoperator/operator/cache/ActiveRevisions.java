package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which revisions of task definitions are ACTIVE, by lists of a hundred. ECS describes revisions
 * one by one only, so a list answers for everybody at once whether families and revisions are
 * there; where the account has so many that listing them takes more calls than describing those
 * that somebody wants to know of, there is no list.
 */
final class ActiveRevisions implements RefreshedList {
  private static final Logger log = LoggerFactory.getLogger(ActiveRevisions.class);
  private static final ListQuery QUERY =
      new ListQuery("ListTaskDefinitions", "taskDefinitionArns", Map.of("status", "ACTIVE"));

  /** So much may always be spent: who comes first does not know yet how many will follow. */
  private static final int FEW_PAGES = 10;

  private static final Duration BETWEEN_FAILURES = Duration.ofMinutes(1);

  /**
   * @param startedAt when the call for the first page was started
   * @param revisions as {@code family:revision}
   */
  record Active(LogicalTime startedAt, Set<String> revisions, Set<String> families) {
    static Active of(Listing listing) {
      return new Active(
          listing.startedAt(),
          listing.ids(),
          listing.ids().stream()
              .map(revision -> revision.substring(0, revision.lastIndexOf(':')))
              .collect(toUnmodifiableSet()));
    }
  }

  private final Ecs ecs;
  private final Clock clock;
  private final LogicalClock logicalClock;
  private final IntSupplier wanted;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<Active> last = Optional.empty();
  private volatile long floor;
  private int tooMany;
  private Instant failedUntil = Instant.MIN;

  /**
   * @param wanted how many calls it would take without a list
   */
  ActiveRevisions(Ecs ecs, Clock clock, LogicalClock logicalClock, IntSupplier wanted) {
    this.ecs = ecs;
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.wanted = wanted;
  }

  /** The last list if it is fresh enough, else a new one; empty where there is none to be had. */
  Optional<Active> listing(Freshness freshness, CallContext callContext) {
    Instant asked = clock.instant();
    Optional<Active> known = known(freshness, asked);
    if (known.isPresent()) {
      return known;
    }
    lock.lock();
    try {
      // Whoever held the lock may have made it.
      known = known(freshness, asked);
      if (known.isPresent()) {
        return known;
      }
      if (!isWorth(tooMany + 1) || clock.instant().isBefore(failedUntil)) {
        return Optional.empty();
      }
      Optional<Active> made = list(callContext);
      made.ifPresent(this::keep);
      return made;
    } catch (AwsFailure failure) {
      failedUntil = failure.deferredUntil().orElseGet(() -> clock.instant().plus(BETWEEN_FAILURES));
      log.info("Task definitions are described one by one: {}", failure.message());
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing listed so far counts, nor what is being listed. */
  void reset() {
    floor = logicalClock.next().order();
  }

  /** The last list that counts, however old. */
  Optional<Active> last() {
    return last.filter(list -> list.startedAt().order() > floor);
  }

  /** The last list, if it is fresh enough. */
  Optional<Active> known(Freshness freshness) {
    return known(freshness, clock.instant());
  }

  private Optional<Active> known(Freshness freshness, Instant asked) {
    return last().filter(list -> freshness.allows(list.startedAt().at(), asked));
  }

  private Optional<Active> list(CallContext callContext) {
    Paginator paging = new Paginator(ecs, QUERY, logicalClock.next());
    while (isWorth(paging.pages() + 1)) {
      Optional<Listing> complete = paging.next(callContext);
      if (complete.isPresent()) {
        return complete.map(Active::of);
      }
    }
    tooMany = paging.pages();
    return Optional.empty();
  }

  private void keep(Active made) {
    tooMany = 0;
    if (last.filter(list -> list.startedAt().order() > made.startedAt().order()).isEmpty()) {
      last = Optional.of(made);
    }
  }

  @Override
  public ListQuery query() {
    return QUERY;
  }

  @Override
  public Instant takenAt() {
    return last().map(list -> list.startedAt().at()).orElse(Instant.MIN);
  }

  @Override
  public int pages() {
    return ListQuery.pages(last().map(list -> list.revisions().size()).orElse(0));
  }

  @Override
  public boolean isWorth(int pages) {
    return pages <= Math.max(FEW_PAGES, wanted.getAsInt());
  }

  @Override
  public void take(Listing listing) {
    lock.lock();
    try {
      keep(Active.of(listing));
    } finally {
      lock.unlock();
    }
  }
}
