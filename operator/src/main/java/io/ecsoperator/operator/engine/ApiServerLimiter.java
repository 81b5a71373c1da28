package io.ecsoperator.operator.engine;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Limits how many reconciles send requests to the API server at the same time. Many reconciles run
 * at once, because most of them wait for AWS; an API server takes only so many requests on a
 * connection, and more at once make all of them slower.
 *
 * <p>The reconcile that started first is served first: objects are finished one after the other,
 * and the first calls to AWS do not wait until all objects were started.
 */
public final class ApiServerLimiter {
  private record Waiting(long reconcile, Semaphore turn) {}

  private final AtomicLong reconciles = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::reconcile));
  private int free;

  /**
   * @param atOnce at least 1
   */
  public ApiServerLimiter(int atOnce) {
    this.free = atOnce;
  }

  /** Returns the number of a reconcile that starts now. */
  long begin() {
    return reconciles.incrementAndGet();
  }

  /** Sends the requests of a reconcile, as soon as it is its turn. */
  <T> T make(long reconcile, Supplier<T> requests) {
    awaitTurn(reconcile);
    try {
      return requests.get();
    } finally {
      releaseTurn();
    }
  }

  private void awaitTurn(long reconcile) {
    Semaphore turn = new Semaphore(0);
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return;
      }
      waiting.add(new Waiting(reconcile, turn));
    } finally {
      lock.unlock();
    }
    turn.acquireUninterruptibly();
  }

  private void releaseTurn() {
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
