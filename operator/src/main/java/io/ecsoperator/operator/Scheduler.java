package io.ecsoperator.operator;

import java.time.Duration;

/** Runs a task after a delay, on another thread. */
@FunctionalInterface
public interface Scheduler {
  void after(Duration delay, Runnable task);
}
