package io.ecsoperator.operator.engine;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
 * <p>Namespaces take turns: the next request is of the namespace that has the fewest under way, so
 * that it does not wait for hundreds of requests of another one. Within a namespace the reconcile
 * that started first is served first: objects are finished one after the other, and the first calls
 * to AWS do not wait until all objects were started.
 */
public final class ApiServerLimiter {
  /** A reconcile, by its number; a lower one started earlier. */
  record Turn(String namespace, long number) {}

  private record Waiting(Turn turn, Semaphore served) {}

  private final AtomicLong reconciles = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  /** By namespace; the one that was served last is the last one. */
  private final Map<String, PriorityQueue<Waiting>> waiting = new LinkedHashMap<>();

  private final Map<String, Integer> underWay = new HashMap<>();
  private int free;

  /**
   * @param atOnce at least 1
   */
  public ApiServerLimiter(int atOnce) {
    this.free = atOnce;
  }

  /** The turn of a reconcile of an object of this namespace that starts now. */
  Turn begin(String namespace) {
    return new Turn(namespace, reconciles.incrementAndGet());
  }

  /** Sends the requests of a reconcile, as soon as it is its turn. */
  <T> T make(Turn reconcile, Supplier<T> requests) {
    awaitTurn(reconcile);
    try {
      return requests.get();
    } finally {
      end(reconcile);
    }
  }

  private void awaitTurn(Turn reconcile) {
    Semaphore served = new Semaphore(0);
    lock.lock();
    try {
      if (free > 0) {
        begins(reconcile);
        return;
      }
      waiting
          .computeIfAbsent(
              reconcile.namespace(),
              first -> new PriorityQueue<>(Comparator.comparingLong(next -> next.turn().number())))
          .add(new Waiting(reconcile, served));
    } finally {
      lock.unlock();
    }
    served.acquireUninterruptibly();
  }

  private void end(Turn reconcile) {
    lock.lock();
    try {
      free++;
      underWay.computeIfPresent(
          reconcile.namespace(), (same, count) -> count == 1 ? null : count - 1);
      serveNext();
    } finally {
      lock.unlock();
    }
  }

  private void serveNext() {
    waiting.keySet().stream()
        .min(Comparator.comparingInt(namespace -> underWay.getOrDefault(namespace, 0)))
        .ifPresent(
            namespace -> {
              PriorityQueue<Waiting> ofNamespace =
                  Objects.requireNonNull(waiting.remove(namespace));
              Waiting next = ofNamespace.remove();
              if (!ofNamespace.isEmpty()) {
                waiting.put(namespace, ofNamespace);
              }
              begins(next.turn());
              next.served().release();
            });
  }

  private void begins(Turn reconcile) {
    free--;
    underWay.merge(reconcile.namespace(), 1, Integer::sum);
  }
}
