package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which versions of a resource are ACTIVE, from lists of a hundred. ECS describes versions only one
 * by one, so that one list replaces many describes. There is no list if the account has so many
 * versions that listing them takes more than a tenth of the calls that describe those that objects
 * read. Safe for many threads.
 */
final class VersionList implements RefreshedList {
  private static final Logger log = LoggerFactory.getLogger(VersionList.class);

  /** A list may always have so many pages: the first reader does not know how many will follow. */
  private static final int ALWAYS_ALLOWED_PAGES = 10;

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);

  /**
   * A list, read to its end.
   *
   * @param startedAt when the call for the first page was started
   * @param versions as {@code name:version}
   */
  record Active(LogicalClock.Time startedAt, Set<String> versions, Set<String> names) {
    static Active of(RefreshedList.Listing listing) {
      return new Active(
          listing.startedAt(),
          listing.ids(),
          listing.ids().stream()
              .map(version -> version.substring(0, version.lastIndexOf(':')))
              .collect(toUnmodifiableSet()));
    }
  }

  private final String resource;
  private final ListQuery query;
  private final Ecs ecs;
  private final Clock clock;
  private final LogicalClock logicalClock;
  private final IntSupplier callsWithoutList;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Optional<Active> last = Optional.empty();
  private volatile long floor;
  private int pagesOfTooLongList;
  private Instant failedUntil = Instant.MIN;

  /**
   * @param resource the name of the resource
   * @param callsWithoutList how many describes the list replaces
   */
  VersionList(
      String resource,
      ListQuery query,
      Ecs ecs,
      Clock clock,
      LogicalClock logicalClock,
      IntSupplier callsWithoutList) {
    this.resource = resource;
    this.query = query;
    this.ecs = ecs;
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.callsWithoutList = callsWithoutList;
  }

  /**
   * The last list if it is fresh enough, else a new one; empty if a list is too long or cannot be
   * read.
   */
  Optional<Active> listing(EcsReader.Freshness freshness, CallContext callContext) {
    Instant asked = clock.instant();
    Optional<Active> known = known(freshness, asked);
    if (known.isPresent()) {
      return known;
    }
    lock.lock();
    try {
      // Another thread may have read it while this one waited for the lock.
      known = known(freshness, asked);
      if (known.isPresent()) {
        return known;
      }
      if (!isWorthTheWait(pagesOfTooLongList + 1) || clock.instant().isBefore(failedUntil)) {
        return Optional.empty();
      }
      Optional<Active> list = read(callContext);
      list.ifPresent(this::keep);
      return list;
    } catch (AwsFailure failure) {
      failedUntil =
          failure.deferredUntil().orElseGet(() -> clock.instant().plus(PAUSE_AFTER_FAILURE));
      log.info("{} resources are described one by one: {}", resource, failure.message());
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Discards the list, and one that is being read. */
  void reset() {
    floor = logicalClock.next().order();
  }

  /** The last list, however old, unless it was discarded. */
  Optional<Active> last() {
    return last.filter(list -> list.startedAt().order() > floor);
  }

  /** The last list, if it is fresh enough. */
  Optional<Active> known(EcsReader.Freshness freshness) {
    return known(freshness, clock.instant());
  }

  private Optional<Active> known(EcsReader.Freshness freshness, Instant asked) {
    return last().filter(list -> freshness.allows(list.startedAt().at(), asked));
  }

  private Optional<Active> read(CallContext callContext) {
    LogicalClock.Time startedAt = logicalClock.next();
    Paginator paginator = new Paginator(query);
    while (isWorthTheWait(paginator.pages() + 1)) {
      Optional<List<String>> arns =
          paginator.next((operation, request) -> ecs.read(operation, request, callContext).tree());
      if (arns.isPresent()) {
        return arns.map(all -> Active.of(RefreshedList.Listing.of(startedAt, all)));
      }
    }
    pagesOfTooLongList = paginator.pages();
    return Optional.empty();
  }

  private void keep(Active list) {
    pagesOfTooLongList = 0;
    if (last.filter(known -> known.startedAt().order() > list.startedAt().order()).isEmpty()) {
      last = Optional.of(list);
    }
  }

  @Override
  public ListQuery query() {
    return query;
  }

  @Override
  public Instant takenAt() {
    return last().map(list -> list.startedAt().at()).orElse(Instant.MIN);
  }

  @Override
  public int pages() {
    return ListQuery.pages(last().map(list -> list.versions().size()).orElse(0));
  }

  @Override
  public boolean isWorth(int pages) {
    return pages <= Math.max(ALWAYS_ALLOWED_PAGES, callsWithoutList.getAsInt());
  }

  /**
   * Whether readers may wait for so many pages: all of them wait for the first list, and if it is
   * given up, they describe each version after that.
   */
  private boolean isWorthTheWait(int pages) {
    return pages <= Math.max(ALWAYS_ALLOWED_PAGES, callsWithoutList.getAsInt() / 10);
  }

  @Override
  public void take(RefreshedList.Listing listing) {
    lock.lock();
    try {
      keep(Active.of(listing));
    } finally {
      lock.unlock();
    }
  }
}
