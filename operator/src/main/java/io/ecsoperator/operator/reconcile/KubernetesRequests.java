package io.ecsoperator.operator.reconcile;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * How many looks at objects ask something of Kubernetes at the same time. The looks themselves are
 * many, because most of them wait for AWS; an API server takes only so many requests on a
 * connection, and more at once make all of them slower.
 */
public final class KubernetesRequests {
  private final Semaphore free;

  /**
   * @param atOnce at least 1
   */
  public KubernetesRequests(int atOnce) {
    this.free = new Semaphore(atOnce, true);
  }

  /** Makes requests one after the other, once it is their turn. */
  <T> T make(Supplier<T> requests) {
    free.acquireUninterruptibly();
    try {
      return requests.get();
    } finally {
      free.release();
    }
  }
}
