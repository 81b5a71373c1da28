package io.ecsoperator.operator;

import java.time.Duration;

/** Runs something later, on a thread of its own. */
@FunctionalInterface
public interface Scheduler {
  void after(Duration delay, Runnable task);
}
