package io.ecsoperator.benchmarks;

import java.util.Arrays;

/** How long one thing took, many times over. */
public final class Latencies {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long[] sortedNanos;

  private Latencies(long[] nanos) {
    sortedNanos = nanos.clone();
    Arrays.sort(sortedNanos);
  }

  /**
   * Does the thing again and again, one after the other.
   *
   * @param warmUp how often it is done before it counts
   * @param rounds how often it is timed
   */
  public static Latencies of(int warmUp, int rounds, Runnable thing) {
    for (int i = 0; i < warmUp; i++) {
      thing.run();
    }
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      thing.run();
      nanos[i] = System.nanoTime() - start;
    }
    return ofNanos(nanos);
  }

  /**
   * What was timed elsewhere.
   *
   * @param nanos at least one
   */
  public static Latencies ofNanos(long... nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("Nothing was timed.");
    }
    return new Latencies(nanos);
  }

  /**
   * The time, in milliseconds, that so many per cent of all did not exceed.
   *
   * @param percent above 0, up to 100
   */
  public double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sortedNanos.length);
    return sortedNanos[Math.max(0, rank - 1)] / NANOS_PER_MILLI;
  }
}
