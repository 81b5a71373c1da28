package io.ecsoperator.operator.engine;

import io.ecsoperator.plan.Action;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Registrations of one family go one after the other: ECS refuses "too many concurrent attempts to
 * create a new revision". Families do not wait for each other, and only those that are being
 * registered have a lock.
 */
final class FamilyLocks {

  /**
   * @param users those who hold the lock or wait for it
   */
  private record Shared(ReentrantLock lock, int users) {}

  private final ConcurrentMap<String, Shared> locks = new ConcurrentHashMap<>();

  <T> T inTurn(Action.Call call, Supplier<T> work) {
    if (!call.operation().equals("RegisterTaskDefinition")) {
      return work.get();
    }
    String family = call.request().path("family").asText();
    ReentrantLock lock = locks.compute(family, (same, shared) -> with(shared, 1)).lock();
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
      locks.compute(family, (same, shared) -> shared.users() == 1 ? null : with(shared, -1));
    }
  }

  private static Shared with(Shared shared, int more) {
    return shared == null
        ? new Shared(new ReentrantLock(), more)
        : new Shared(shared.lock(), shared.users() + more);
  }
}
