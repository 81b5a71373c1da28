package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads lists again before they are too old, one page at a time. The lists take turns, and one page
 * is read in each sweep interval, so that no minute has noticeably more calls than another. If all
 * lists together have more pages than a round has sweeps, pages are read more often.
 */
final class ListRefresher {
  private static final Logger log = LoggerFactory.getLogger(ListRefresher.class);

  /** The age, in sweeps, at which a list is due. */
  private static final int SWEEPS_UNTIL_DUE = 9;

  /**
   * All lists are refreshed in so many sweeps. A list may be as old as two rounds when its last
   * page is read, which is fresher than reconciliations of converged objects ask for.
   */
  private static final int SWEEPS_IN_ROUND = 24;

  /** A list that fails so often in a row gives way to the other lists. */
  private static final int MOST_FAILURES = 2;

  /** A list of which some pages have been read. */
  private static final class Turn {
    private final RefreshedList list;
    private final Paginator paginator;
    private final LogicalClock.Time startedAt;
    private int failures;

    Turn(RefreshedList list, LogicalClock.Time startedAt) {
      this.list = list;
      this.paginator = new Paginator(list.query());
      this.startedAt = startedAt;
    }
  }

  private final Ecs ecs;
  private final Clock clock;
  private final LogicalClock logicalClock;
  private final Executor executor;
  private final Supplier<List<RefreshedList>> lists;
  private final Duration sweep;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<RefreshedList, Instant> notBefore = new HashMap<>();
  private Optional<Turn> current = Optional.empty();
  private boolean reading;
  private Instant nextPage = Instant.MIN;

  /**
   * @param lists the lists to refresh now
   * @param sweep the interval in which the cache reads all resources once
   */
  ListRefresher(
      Ecs ecs,
      Clock clock,
      LogicalClock logicalClock,
      Executor executor,
      Supplier<List<RefreshedList>> lists,
      Duration sweep) {
    this.ecs = ecs;
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.executor = executor;
    this.lists = lists;
    this.sweep = sweep;
  }

  /** Begins to read a page if one is due. */
  void proceed() {
    lock.lock();
    try {
      Instant now = clock.instant();
      if (reading || now.isBefore(nextPage)) {
        return;
      }
      List<RefreshedList> wanted = lists.get();
      notBefore.keySet().retainAll(wanted);
      current =
          current.filter(turn -> wanted.contains(turn.list)).or(() -> mostUrgent(wanted, now));
      current.ifPresent(
          turn -> {
            reading = true;
            nextPage = now.plus(spacing(wanted));
            executor.execute(() -> read(turn));
          });
    } finally {
      lock.unlock();
    }
  }

  /**
   * Discards the pages read so far. The next page waits for a sweep interval, because after a start
   * objects need other reads first.
   */
  void reset() {
    lock.lock();
    try {
      current = Optional.empty();
      reading = false;
      notBefore.clear();
      nextPage = clock.instant().plus(sweep);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Turn> mostUrgent(List<RefreshedList> wanted, Instant now) {
    return wanted.stream()
        .filter(list -> !due(list).isAfter(now))
        .min(Comparator.comparing(this::due))
        .map(list -> new Turn(list, logicalClock.next()));
  }

  private Instant due(RefreshedList list) {
    Instant old = list.takenAt().plus(untilDue());
    Instant earliest = notBefore.getOrDefault(list, Instant.MIN);
    return old.isAfter(earliest) ? old : earliest;
  }

  private Duration spacing(List<RefreshedList> wanted) {
    int pages = wanted.stream().mapToInt(RefreshedList::pages).sum();
    Duration even = sweep.multipliedBy(SWEEPS_IN_ROUND).dividedBy(pages);
    return even.compareTo(sweep) < 0 ? even : sweep;
  }

  private void read(Turn turn) {
    CallContext callContext = CallContext.of(Priority.CLEANUP);
    try {
      Optional<List<String>> complete =
          turn.paginator.next(
              (operation, request) -> ecs.read(operation, request, callContext).tree());
      turn.failures = 0;
      boolean goesOn = complete.isEmpty() && turn.list.isWorth(turn.paginator.pages() + 1);
      if (end(turn, goesOn, sweep)) {
        complete.ifPresent(arns -> turn.list.take(RefreshedList.Listing.of(turn.startedAt, arns)));
      }
    } catch (AwsFailure failure) {
      failed(turn, failure);
    } catch (RuntimeException e) {
      log.error("Unexpected error in {}", turn.list.query().operation(), e);
      end(turn, false, untilDue());
    }
  }

  private void failed(Turn turn, AwsFailure failure) {
    boolean mayPass =
        failure.failureClass() == FailureClass.TRANSIENT
            || failure.failureClass() == FailureClass.THROTTLED;
    boolean wasSent = failure.deferredUntil().isEmpty();
    if (wasSent) {
      turn.failures++;
    }
    boolean goesOn = mayPass && turn.failures < MOST_FAILURES;
    if (end(turn, goesOn, mayPass ? sweep : untilDue())) {
      log.atLevel(ecs.failing(turn.list.query().operation()).isPresent() ? Level.DEBUG : Level.INFO)
          .log("A list could not be refreshed: {}", failure.message());
    }
  }

  private Duration untilDue() {
    return sweep.multipliedBy(SWEEPS_UNTIL_DUE);
  }

  /**
   * Ends the reading of a page, and the turn unless it goes on.
   *
   * @param pause before the same list has another turn
   * @return whether this call ended the turn
   */
  private boolean end(Turn turn, boolean goesOn, Duration pause) {
    lock.lock();
    try {
      if (current.filter(turn::equals).isEmpty()) {
        return false;
      }
      reading = false;
      if (!goesOn) {
        current = Optional.empty();
        notBefore.put(turn.list, clock.instant().plus(pause));
      }
      return !goesOn;
    } finally {
      lock.unlock();
    }
  }
}
