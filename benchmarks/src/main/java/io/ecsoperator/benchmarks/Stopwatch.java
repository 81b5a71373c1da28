package io.ecsoperator.benchmarks;

/** Measures the wall time since its start. */
public final class Stopwatch {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long startNanos = System.nanoTime();

  private Stopwatch() {}

  public static Stopwatch start() {
    return new Stopwatch();
  }

  public double seconds() {
    return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
  }
}
