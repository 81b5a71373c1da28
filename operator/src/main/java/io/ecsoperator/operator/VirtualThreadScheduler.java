package io.ecsoperator.operator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs what is to be done later on a virtual thread each; tasks may wait. */
public final class VirtualThreadScheduler implements Scheduler {
  private final ThreadFactory threads;

  /**
   * @param name of its threads, before their number
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
