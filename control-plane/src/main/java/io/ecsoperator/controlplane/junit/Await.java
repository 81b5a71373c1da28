package io.ecsoperator.controlplane.junit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process does, as it has no way to tell. */
public final class Await {
  /** Long enough for a machine that does much else. */
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
   * @param what asked only after a failure, and so able to say how things stand then
   */
  public static void until(BooleanSupplier condition, Supplier<String> what) {
    within(LIMIT, condition, what);
  }

  /** Like {@link #until(BooleanSupplier, Supplier)}, for what may take longer or not so long. */
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
