package io.ecsoperator.localecs.taskdefinition;

import io.ecsoperator.localecs.protocol.EcsError;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cpu and memory of a task: their notations, and the sizes that Fargate offers. */
final class TaskSize {
  private static final Pattern CPU = Pattern.compile("([0-9]*\\.?[0-9]+)\\s*vcpu", 2);
  private static final Pattern MEMORY = Pattern.compile("([0-9]*\\.?[0-9]+)\\s*gb", 2);
  private static final Pattern WHOLE = Pattern.compile("[0-9]+");
  private static final BigDecimal UNIT = BigDecimal.valueOf(1024);
  private static final int LEAST_CPU = 128;
  private static final int MOST_CPU = 196_608;

  /** Memory in MiB that Fargate offers, by cpu units. */
  private static final SortedMap<Integer, List<Integer>> FARGATE =
      new TreeMap<>(
          Map.of(
              256, List.of(512, 1024, 2048),
              512, steps(1024, 4096, 1024),
              1024, steps(2048, 8192, 1024),
              2048, steps(4096, 16384, 1024),
              4096, steps(8192, 30720, 1024),
              8192, steps(16384, 61440, 4096),
              16384, steps(32768, 122880, 8192)));

  private TaskSize() {}

  private static List<Integer> steps(int from, int to, int step) {
    return Stream.iterate(from, memory -> memory <= to, memory -> memory + step).toList();
  }

  /** Converts "1 vCPU" to "1024"; a number of units stays as it is. */
  static @Nullable String cpu(@Nullable String written) {
    return units(written, CPU, "cpu");
  }

  /** Converts "2GB" to "2048"; a number of MiB stays as it is. */
  static @Nullable String memory(@Nullable String written) {
    return units(written, MEMORY, "memory");
  }

  private static @Nullable String units(@Nullable String written, Pattern form, String what) {
    if (written == null || WHOLE.matcher(written).matches()) {
      return written;
    }
    Matcher matcher = form.matcher(written.strip());
    if (!matcher.matches()) {
      throw EcsError.client("Invalid '" + what + "' setting for task.");
    }
    return new BigDecimal(matcher.group(1)).multiply(UNIT).toBigInteger().toString();
  }

  /** Refuses cpu units that EC2 does not allow. */
  static void checkOnEc2(@Nullable String cpu) {
    if (cpu != null && (Long.parseLong(cpu) < LEAST_CPU || Long.parseLong(cpu) > MOST_CPU)) {
      throw EcsError.client(
          "Invalid 'cpu' setting for task. It must be between "
              + LEAST_CPU
              + " and "
              + MOST_CPU
              + ".");
    }
  }

  /** Refuses a combination that Fargate does not offer. */
  static void checkOnFargate(@Nullable String cpu, @Nullable String memory, boolean windows) {
    if (cpu == null) {
      throw EcsError.client("Fargate requires that 'cpu' be defined at the task level.");
    }
    if (memory == null) {
      throw EcsError.client("Fargate requires that 'memory' be defined at the task level.");
    }
    if (!fitsFargate(cpu, memory, windows)) {
      throw EcsError.client(
          "No Fargate configuration exists for given values: "
              + cpu
              + " CPU, "
              + memory
              + " memory. See the Amazon ECS documentation for the valid values.");
    }
  }

  static boolean fitsFargate(@Nullable String cpu, @Nullable String memory, boolean windows) {
    if (cpu == null || memory == null || cpu.length() > 9 || memory.length() > 9) {
      return false;
    }
    int units = Integer.parseInt(cpu);
    return (!windows || units >= 1024)
        && FARGATE.getOrDefault(units, List.of()).contains(Integer.parseInt(memory));
  }
}
