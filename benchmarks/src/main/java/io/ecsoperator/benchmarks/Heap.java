package io.ecsoperator.benchmarks;

import java.lang.management.ManagementFactory;

/** The heap of this process. */
public final class Heap {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private Heap() {}

  /** Heap in use after a garbage collection, in MiB. */
  public static double usedMebibytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() / BYTES_PER_MEBIBYTE;
  }
}
