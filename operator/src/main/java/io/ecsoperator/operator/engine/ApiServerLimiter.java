package io.ecsoperator.operator.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * How many looks at objects ask something of Kubernetes at the same time. The looks themselves are
 * many, because most of them wait for AWS; an API server takes only so many requests on a
 * connection, and more at once make all of them slower.
 *
 * <p>Among those that wait, the look that began first is served first: objects are finished one
 * after the other, and the first calls to AWS do not wait until every object has been begun.
 */
public final class ApiServerLimiter {
  private record Waiting(long look, Semaphore turn) {}

  private final AtomicLong looks = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::look));
  private int free;

  /**
   * @param atOnce at least 1
   */
  public ApiServerLimiter(int atOnce) {
    this.free = atOnce;
  }

  /** The number of a look that begins now. */
  long begin() {
    return looks.incrementAndGet();
  }

  /** Makes requests one after the other, once it is the turn of the look that they are part of. */
  <T> T make(long look, Supplier<T> requests) {
    awaitTurn(look);
    try {
      return requests.get();
    } finally {
      letNext();
    }
  }

  private void awaitTurn(long look) {
    Semaphore turn = new Semaphore(0);
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return;
      }
      waiting.add(new Waiting(look, turn));
    } finally {
      lock.unlock();
    }
    turn.acquireUninterruptibly();
  }

  private void letNext() {
    lock.lock();
    try {
      Waiting next = waiting.poll();
      if (next == null) {
        free++;
      } else {
        next.turn().release();
      }
    } finally {
      lock.unlock();
    }
  }
}
