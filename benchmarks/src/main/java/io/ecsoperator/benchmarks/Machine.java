package io.ecsoperator.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The machine on which a case ran.
 *
 * @param memory memory of the machine or container, in GiB
 * @param load average number of threads that wanted a core in the minute before
 * @param java version and vendor of Java
 */
record Machine(int cores, long memory, double load, String system, String java) {
  static Machine thisOne() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        system.getAvailableProcessors(),
        Math.round(system.getTotalMemorySize() / (double) (1L << 30)),
        Math.max(0, system.getSystemLoadAverage()),
        system.getName() + " " + system.getArch(),
        System.getProperty("java.runtime.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d cores with a load of %.1f before, %d GiB of memory, %s, Java %s",
        cores,
        load,
        memory,
        system,
        java);
  }
}
