package io.ecsoperator.operator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs each task on a virtual thread of its own; tasks may block. */
public final class VirtualThreadScheduler implements Scheduler {
  private final ThreadFactory threads;

  /**
   * @param name prefix of the thread names, before their number
   */
  public VirtualThreadScheduler(String name) {
    this.threads = Thread.ofVirtual().name(name, 0).factory();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    CompletableFuture.delayedExecutor(
            delay.toNanos(), TimeUnit.NANOSECONDS, work -> threads.newThread(work).start())
        .execute(task);
  }
}
