package io.ecsoperator.e2e.junit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does, as it has no way to tell. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** Returns as soon as {@code condition} holds, and fails if it does not within a minute. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + LIMIT.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
