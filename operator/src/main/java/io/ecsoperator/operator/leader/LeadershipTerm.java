package io.ecsoperator.operator.leader;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Whether the lease is held, told by nothing but the time since it was last written. Safe for many
 * threads.
 *
 * <p>A term that has been seen to be over stays over, for everybody: a write of the lease that is
 * answered late does not take it up again. Whoever gave up for want of leadership can so rely on
 * the beginning of another term.
 */
final class LeadershipTerm implements Leadership {
  private enum Phase {
    /** Not held. */
    OUT,
    /** Held, as long as the time has not run out. */
    IN,
    /** Not held, and never again. */
    CLOSED
  }

  /**
   * @param writtenAt when the last successful write of the lease was begun
   */
  private record Term(Phase phase, long writtenAt) {
    static final Term NONE = new Term(Phase.OUT, 0);
    static final Term CLOSED = new Term(Phase.CLOSED, 0);
  }

  private final LongSupplier nanoTime;
  private final long lasts;
  private final AtomicReference<Term> term = new AtomicReference<>(Term.NONE);

  /**
   * @param lasts how long a write of the lease counts
   * @param nanoTime as {@link System#nanoTime}
   */
  LeadershipTerm(Duration lasts, LongSupplier nanoTime) {
    this.lasts = lasts.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean held() {
    while (true) {
      Term current = term.get();
      if (current.phase() != Phase.IN) {
        return false;
      }
      if (nanoTime.getAsLong() - current.writtenAt() < lasts) {
        return true;
      }
      if (term.compareAndSet(current, Term.NONE)) {
        return false;
      }
    }
  }

  /** Begins a term, unless there are to be no more. */
  void begin(long writtenAt) {
    term.compareAndSet(Term.NONE, new Term(Phase.IN, writtenAt));
  }

  /** Prolongs the term; false if it is over. */
  boolean prolong(long writtenAt) {
    Term current = term.get();
    return held() && term.compareAndSet(current, new Term(Phase.IN, writtenAt));
  }

  /** Ends the term before its time. */
  void end() {
    term.updateAndGet(current -> current.phase() == Phase.CLOSED ? current : Term.NONE);
  }

  /** Ends the term, and lets none begin any more. */
  void close() {
    term.set(Term.CLOSED);
  }
}
