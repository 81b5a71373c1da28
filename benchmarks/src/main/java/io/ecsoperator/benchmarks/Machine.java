package io.ecsoperator.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a measure was taken on.
 *
 * @param memory all that the machine or container has, in GiB
 * @param java its version and who built it
 */
record Machine(int cores, long memory, String system, String java) {
  static Machine thisOne() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        system.getAvailableProcessors(),
        Math.round(system.getTotalMemorySize() / (double) (1L << 30)),
        system.getName() + " " + system.getArch(),
        System.getProperty("java.runtime.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
  }

  @Override
  public String toString() {
    return "%d cores, %d GiB of memory, %s, Java %s".formatted(cores, memory, system, java);
  }
}
