package io.ecsoperator.benchmarks;

import java.lang.management.ManagementFactory;

/** The heap of this process. */
public final class Heap {
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private Heap() {}

  /** What is in use, in MiB, once everything that can go has gone. */
  public static double usedMebibytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() / BYTES_PER_MEBIBYTE;
  }
}
