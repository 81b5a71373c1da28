package io.ecsoperator.controlplane.junit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits by polling for a condition that another process causes. */
public final class Await {
  /** Long enough for a busy machine. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** Returns as soon as {@code condition} holds, and fails if it does not within minutes. */
  public static void until(String what, BooleanSupplier condition) {
    until(condition, () -> what);
  }

  /**
   * Like {@link #until(String, BooleanSupplier)}.
   *
   * @param what describes the condition; called only after a failure, so it can describe the state
   */
  public static void until(BooleanSupplier condition, Supplier<String> what) {
    within(LIMIT, condition, what);
  }

  /** Like {@link #until(BooleanSupplier, Supplier)}, with another time limit. */
  public static void within(Duration limit, BooleanSupplier condition, Supplier<String> what) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what.get());
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
