package io.ecsoperator.operator.replica;

import java.time.Duration;

/** Runs something later, on a thread of its own. */
@FunctionalInterface
interface Scheduler {
  void after(Duration delay, Runnable task);
}
