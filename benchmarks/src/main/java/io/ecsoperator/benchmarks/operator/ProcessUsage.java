package io.ecsoperator.benchmarks.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU and memory of a process, from Linux's /proc.
 *
 * @param cpuSeconds user and system time since the start of the process
 * @param residentMebibytes resident memory now, code and mapped files included
 * @param peakMebibytes highest resident memory so far
 */
record ProcessUsage(double cpuSeconds, double residentMebibytes, double peakMebibytes) {
  /** USER_HZ, which is the same on every Linux. */
  private static final double TICKS_PER_SECOND = 100;

  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  /** utime of /proc/PID/stat, counted from what follows the program's name. */
  private static final int USER_TIME = 11;

  static ProcessUsage of(long pid) throws IOException {
    Path folder = Path.of("/proc", Long.toString(pid));
    List<String> status = Files.readAllLines(folder.resolve("status"));
    return new ProcessUsage(
        cpuSeconds(Files.readString(folder.resolve("stat"))),
        mebibytes(status, "VmRSS:"),
        mebibytes(status, "VmHWM:"));
  }

  private static double cpuSeconds(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(afterName[USER_TIME]) + Long.parseLong(afterName[USER_TIME + 1]))
        / TICKS_PER_SECOND;
  }

  private static double mebibytes(List<String> status, String name) {
    return status.stream()
            .filter(line -> line.startsWith(name))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        / KIBIBYTES_PER_MEBIBYTE;
  }
}
