package io.ecsoperator.operator.fleet;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last changes of the copy, in order. A reader keeps the revision that it has seen and asks for
 * what came after it, so a slow reader costs no memory: it finds that its place is gone.
 */
public final class FleetChanges {
  private static final int MOST_CHANGES = 10_000;
  private static final long REVISIONS_PER_MILLISECOND = 1_000;
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  /** What happened to a resource. */
  public enum Kind {
    ADDED,
    MODIFIED,
    DELETED
  }

  /**
   * A change.
   *
   * @param resource after the change; before it, if it was deleted
   */
  public record Change(long revision, Kind kind, FleetResource resource) {}

  /** What a reader gets. */
  public sealed interface Next {
    /**
     * @param changes in order; none if nothing changed in time
     */
    record Changes(List<Change> changes) implements Next {}

    /** Changes after the reader's revision are no longer kept, or it never was one. */
    record Compacted() implements Next {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private final long first;
  private long revision;
  private long bytes;

  /**
   * @param first the revision to begin with: greater than that of any copy before, so that readers
   *     of an earlier process find that their place is gone
   */
  public FleetChanges(long first) {
    this.first = first;
    this.revision = first;
  }

  /**
   * Changes of a copy that begins at a time. Each millisecond has many revisions, so that two
   * replicas that start together do not count the same ones: a place in one would seem to be a
   * place in the other. The numbers stay exact in JSON, which has 53 bits for them.
   */
  public static FleetChanges begunAt(Instant time) {
    return new FleetChanges(time.toEpochMilli() * REVISIONS_PER_MILLISECOND);
  }

  /** The revision of the last change. */
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  long nextRevision() {
    return revision() + 1;
  }

  void add(Change change) {
    lock.lock();
    try {
      revision = change.revision();
      changes.addLast(change);
      bytes += change.resource().packed().length;
      while (changes.size() > MOST_CHANGES || bytes > MOST_BYTES) {
        bytes -= changes.removeFirst().resource().packed().length;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The changes after a revision. Waits for one if there is none yet.
   *
   * @param most how many to return at most
   */
  public Next after(long seen, int most, long waitMillis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(waitMillis);
      while (seen == revision && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      if (seen == revision) {
        return new Next.Changes(List.of());
      }
      long oldest = changes.isEmpty() ? revision : changes.getFirst().revision();
      if (seen < first || seen > revision || seen + 1 < oldest) {
        return new Next.Compacted();
      }
      // Revisions have no gaps.
      return new Next.Changes(changes.stream().skip(seen + 1 - oldest).limit(most).toList());
    } finally {
      lock.unlock();
    }
  }
}
