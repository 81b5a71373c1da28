package io.ecsoperator.e2e.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts the main thread when a signal ends the JVM, and gives it time to close what it opened,
 * in order and from where it stands.
 */
final class OrderlyExit {
  /** The exit code of a program that Ctrl-C has ended. */
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

  /** Whether a signal has come, so that a failure says nothing but that. */
  boolean isUnderWay() {
    return underWay;
  }

  /** The main thread has closed everything. */
  void ready() {
    ready.countDown();
  }

  private void unwind() {
    if (ready.getCount() == 0) {
      return;
    }
    underWay = true;
    System.out.println("\nEnding all that was started.");
    main.interrupt();
    try {
      // What is left open after that ends with the JVM all the same.
      ready.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
