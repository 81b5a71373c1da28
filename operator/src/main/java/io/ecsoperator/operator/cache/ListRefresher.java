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

/**
 * Renews lists before anybody misses them, one page at a time: the lists take turns, and a page is
 * read once a sweep, so that no minute has noticeably more calls than another. Only where there are
 * more pages than sweeps in a round are they read more often.
 */
final class ListRefresher {
  private static final Logger log = LoggerFactory.getLogger(ListRefresher.class);

  /** The age, in sweeps, at which a list is renewed. */
  private static final int SWEEPS_UNTIL_DUE = 9;

  /**
   * In so many sweeps all lists are renewed. One of them may be as old as two rounds when its last
   * page comes, which is younger than looks at what is settled ask for.
   */
  private static final int SWEEPS_IN_ROUND = 24;

  /** One failure may be chance; whoever fails again gives way to the other lists. */
  private static final int FAILURES_IN_A_ROW = 2;

  /** A list of which some pages have been read. */
  private static final class Turn {
    private final RefreshedList register;
    private final Paginator paging;
    private int failures;

    Turn(RefreshedList register, Paginator paging) {
      this.register = register;
      this.paging = paging;
    }
  }

  private final Ecs ecs;
  private final Clock clock;
  private final LogicalClock logicalClock;
  private final Executor executor;
  private final Supplier<List<RefreshedList>> registers;
  private final Duration sweep;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<RefreshedList, Instant> notBefore = new HashMap<>();
  private Optional<Turn> current = Optional.empty();
  private boolean reading;
  private Instant nextPage = Instant.MIN;

  /**
   * @param registers the lists to keep, as of now
   */
  ListRefresher(
      Ecs ecs,
      Clock clock,
      LogicalClock logicalClock,
      Executor executor,
      Supplier<List<RefreshedList>> registers,
      Duration sweep) {
    this.ecs = ecs;
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.executor = executor;
    this.registers = registers;
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
      List<RefreshedList> kept = registers.get();
      notBefore.keySet().retainAll(kept);
      current =
          current.filter(turn -> kept.contains(turn.register)).or(() -> mostUrgent(kept, now));
      current.ifPresent(
          turn -> {
            reading = true;
            nextPage = now.plus(spacing(kept));
            executor.execute(() -> read(turn));
          });
    } finally {
      lock.unlock();
    }
  }

  /** What has been read so far counts no more; and a start has other things to read first. */
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

  private Optional<Turn> mostUrgent(List<RefreshedList> kept, Instant now) {
    return kept.stream()
        .filter(register -> !due(register).isAfter(now))
        .min(Comparator.comparing(this::due))
        .map(
            register ->
                new Turn(register, new Paginator(ecs, register.query(), logicalClock.next())));
  }

  private Instant due(RefreshedList register) {
    Instant old = register.takenAt().plus(untilDue());
    Instant earliest = notBefore.getOrDefault(register, Instant.MIN);
    return old.isAfter(earliest) ? old : earliest;
  }

  private Duration spacing(List<RefreshedList> kept) {
    int pages = kept.stream().mapToInt(RefreshedList::pages).sum();
    Duration even = sweep.multipliedBy(SWEEPS_IN_ROUND).dividedBy(pages);
    return even.compareTo(sweep) < 0 ? even : sweep;
  }

  private void read(Turn turn) {
    try {
      Optional<Listing> complete = turn.paging.next(CallContext.of(Priority.CLEANUP));
      turn.failures = 0;
      boolean goesOn = complete.isEmpty() && turn.register.isWorth(turn.paging.pages() + 1);
      if (isOver(turn, goesOn, sweep)) {
        complete.ifPresent(turn.register::take);
      }
    } catch (AwsFailure failure) {
      failed(turn, failure);
    } catch (RuntimeException e) {
      log.error("Unexpected error in {}", turn.register.query().operation(), e);
      isOver(turn, false, untilDue());
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
    boolean goesOn = mayPass && turn.failures < FAILURES_IN_A_ROW;
    if (isOver(turn, goesOn, mayPass ? sweep : untilDue())) {
      log.info("A list is left as it was: {}", failure.message());
    }
  }

  private Duration untilDue() {
    return sweep.multipliedBy(SWEEPS_UNTIL_DUE);
  }

  /**
   * Whether a turn ends, unless it has ended before.
   *
   * @param pause before the same list has another turn
   */
  private boolean isOver(Turn turn, boolean goesOn, Duration pause) {
    lock.lock();
    try {
      if (current.filter(turn::equals).isEmpty()) {
        return false;
      }
      reading = false;
      if (!goesOn) {
        current = Optional.empty();
        notBefore.put(turn.register, clock.instant().plus(pause));
      }
      return !goesOn;
    } finally {
      lock.unlock();
    }
  }
}
