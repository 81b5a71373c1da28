package io.ecsoperator.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the main thread when a signal ends the JVM, and waits until that thread has closed
 * what it opened.
 */
final class OrderlyExit {
  /** The exit code of a program that was ended by Ctrl-C. */
  static final int INTERRUPTED = 130;

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Thread main;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean underWay;

  private OrderlyExit(Thread main) {
    this.main = main;
  }

  static OrderlyExit ofThisThread() {
    var exit = new OrderlyExit(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(new Thread(exit::unwind, "orderly-exit"));
    return exit;
  }

  /** Whether a signal has arrived; failures are then its consequence. */
  boolean isUnderWay() {
    return underWay;
  }

  /** Called by the main thread when it has closed everything. */
  void ready() {
    ready.countDown();
  }

  private void unwind() {
    if (ready.getCount() == 0) {
      return;
    }
    underWay = true;
    System.out.println("\nEnding everything that the demo started.");
    main.interrupt();
    try {
      // Processes that are still open after that end with the JVM.
      ready.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
