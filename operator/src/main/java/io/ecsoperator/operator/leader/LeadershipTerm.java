package io.ecsoperator.operator.leader;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Whether the lease is held, derived from the time since it was last written. Safe for use by many
 * threads.
 *
 * <p>A term that one caller has seen end stays ended for all callers: a late response to a write of
 * the lease does not resume it. Work that was dropped for lack of leadership is therefore always
 * repeated in a new term.
 */
final class LeadershipTerm implements Leadership {
  private enum Phase {
    /** Not held. */
    NOT_HELD,
    /** Held, until the validity ends. */
    HELD,
    /** Not held; no other term begins. */
    CLOSED
  }

  /**
   * @param writtenAt when the last successful write of the lease was begun, in nanoseconds
   */
  private record Term(Phase phase, long writtenAt) {
    static final Term NONE = new Term(Phase.NOT_HELD, 0);
    static final Term CLOSED = new Term(Phase.CLOSED, 0);
  }

  private final LongSupplier nanoTime;
  private final long validity;
  private final AtomicReference<Term> term = new AtomicReference<>(Term.NONE);

  /**
   * @param validity how long a write of the lease lets this replica lead
   * @param nanoTime as {@link System#nanoTime}
   */
  LeadershipTerm(Duration validity, LongSupplier nanoTime) {
    this.validity = validity.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean held() {
    while (true) {
      Term current = current();
      if (current.phase() != Phase.HELD) {
        return false;
      }
      if (nanoTime.getAsLong() - current.writtenAt() < validity) {
        return true;
      }
      if (term.compareAndSet(current, Term.NONE)) {
        return false;
      }
    }
  }

  private Term current() {
    return Objects.requireNonNull(term.get());
  }

  /** Begins a term, unless terms are closed. */
  void begin(long writtenAt) {
    term.compareAndSet(Term.NONE, new Term(Phase.HELD, writtenAt));
  }

  /** Extends the term; false if it has ended. */
  boolean extend(long writtenAt) {
    Term current = current();
    return held() && term.compareAndSet(current, new Term(Phase.HELD, writtenAt));
  }

  /** Ends the term early. */
  void end() {
    term.updateAndGet(current -> current.phase() == Phase.CLOSED ? current : Term.NONE);
  }

  /** Ends the term; no other term begins. */
  void close() {
    term.set(Term.CLOSED);
  }
}
