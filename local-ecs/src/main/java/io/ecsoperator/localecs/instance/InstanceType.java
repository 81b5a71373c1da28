package io.ecsoperator.localecs.instance;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resources that an instance type offers to tasks.
 *
 * @param cpu in units
 * @param memory in MiB, without the sixteenth that system and agent use
 * @param networkInterfaces for tasks in awsvpc mode, without the instance's own interface
 * @param architecture {@code x86_64} or {@code arm64}
 */
public record InstanceType(
    String name, int cpu, int memory, int gpus, int networkInterfaces, String architecture) {

  private static final Pattern NAME =
      Pattern.compile("([a-z]+)([0-9]+)([a-z]*)\\.(nano|micro|small|medium|large|([0-9]*)xlarge)");
  private static final int UNITS = 1024;

  /** Memory of burstable sizes in MiB. */
  private static final Map<String, Integer> SMALL =
      Map.of("nano", 512, "micro", 1024, "small", 2048, "medium", 4096);

  /** GiB for each vCPU, by the first letter of the family. */
  private static final Map<Character, Integer> RATIO =
      Map.of('a', 2, 'c', 2, 'm', 4, 't', 4, 'g', 4, 'd', 4, 'r', 8, 'p', 8, 'i', 8, 'x', 16);

  /**
   * The type with this name. Its sizes are derived from the name, which holds for most EC2
   * families.
   *
   * @throws IllegalArgumentException where the name does not have the form {@code m5.large}
   */
  public static InstanceType named(String name) {
    Matcher parts = NAME.matcher(name);
    Integer ratio = parts.matches() ? RATIO.get(parts.group(1).charAt(0)) : null;
    if (ratio == null) {
      throw new IllegalArgumentException("local-ecs does not know the instance type " + name + ".");
    }
    char family = parts.group(1).charAt(0);
    String size = parts.group(4);
    int times =
        parts.group(5) == null || parts.group(5).isEmpty() ? 1 : Integer.parseInt(parts.group(5));
    int cpus = size.endsWith("xlarge") ? 4 * times : 2;
    int memory = SMALL.getOrDefault(size, cpus * ratio * UNITS);
    if (SMALL.containsKey(size)
        && (family != 't' || parts.group(2).equals("2") && !size.equals("medium"))) {
      cpus = 1;
    }
    boolean gpu = family == 'g' || family == 'p';
    return new InstanceType(
        name,
        cpus * UNITS,
        memory / 16 * 15,
        gpu ? Math.max(1, times / 4) : 0,
        interfaces(size, times),
        parts.group(3).startsWith("g") || parts.group(1).equals("a") ? "arm64" : "x86_64");
  }

  /** Whether an empty instance has room for all demands, host ports aside. */
  public boolean holds(Collection<Demand> demands) {
    Demand sum = Demand.sum(demands);
    return sum.cpu() <= cpu
        && sum.memory() <= memory
        && sum.gpus() <= gpus
        && sum.networkInterfaces() <= networkInterfaces;
  }

  private static int interfaces(String size, int times) {
    return switch (size) {
      case "nano", "micro" -> 1;
      case "small", "medium", "large" -> 2;
      default -> times <= 2 ? 3 : times <= 8 ? 7 : 14;
    };
  }
}
