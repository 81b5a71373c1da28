package io.ecsoperator.operator.act;

import io.ecsoperator.plan.Action;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Registrations of one family go one after the other: ECS refuses "too many concurrent attempts to
 * create a new revision". Families share a fixed number of locks, so some wait without need.
 */
final class FamilyLocks {
  private static final int LOCKS = 64;

  private final List<Lock> locks = Stream.<Lock>generate(ReentrantLock::new).limit(LOCKS).toList();

  <T> T inTurn(Action.Call call, Supplier<T> work) {
    if (!call.operation().equals("RegisterTaskDefinition")) {
      return work.get();
    }
    String family = call.request().path("family").asText();
    Lock lock = locks.get(Math.floorMod(family.hashCode(), LOCKS));
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
