package io.ecsoperator.operator.engine;

import io.ecsoperator.plan.Action;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls that name the same {@link Action.Call#serialKey()} one after the other. Calls with
 * different keys do not wait for each other. Only keys in use have a lock.
 */
final class SerialCalls {

  /**
   * @param users threads that hold the lock or wait for it
   */
  private record Shared(ReentrantLock lock, int users) {}

  private final ConcurrentMap<String, Shared> locks = new ConcurrentHashMap<>();

  <T> T send(Action.Call call, Supplier<T> send) {
    return call.serialKey().map(key -> locked(key, send)).orElseGet(send);
  }

  private <T> T locked(String key, Supplier<T> send) {
    ReentrantLock lock = locks.compute(key, (same, shared) -> with(shared, 1)).lock();
    lock.lock();
    try {
      return send.get();
    } finally {
      lock.unlock();
      locks.compute(key, (same, shared) -> shared.users() == 1 ? null : with(shared, -1));
    }
  }

  private static Shared with(@Nullable Shared shared, int more) {
    return shared == null
        ? new Shared(new ReentrantLock(), more)
        : new Shared(shared.lock(), shared.users() + more);
  }
}
