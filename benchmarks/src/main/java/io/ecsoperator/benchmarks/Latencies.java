package io.ecsoperator.benchmarks;

import java.util.Arrays;

/** Times that one task took, measured many times. */
public final class Latencies {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long[] sortedNanos;

  private Latencies(long[] nanos) {
    sortedNanos = nanos.clone();
    Arrays.sort(sortedNanos);
  }

  /**
   * Runs the task again and again, sequentially.
   *
   * @param warmUp number of runs before the measurement
   * @param rounds number of measured runs
   */
  public static Latencies of(int warmUp, int rounds, Runnable task) {
    for (int i = 0; i < warmUp; i++) {
      task.run();
    }
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      task.run();
      nanos[i] = System.nanoTime() - start;
    }
    return ofNanos(nanos);
  }

  /**
   * Times that were measured elsewhere.
   *
   * @param nanos at least one
   */
  public static Latencies ofNanos(long... nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("No time was measured.");
    }
    return new Latencies(nanos);
  }

  /**
   * The time in milliseconds that {@code percent} per cent of the runs did not exceed.
   *
   * @param percent above 0, up to 100
   */
  public double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sortedNanos.length);
    return sortedNanos[Math.max(0, rank - 1)] / NANOS_PER_MILLI;
  }
}
