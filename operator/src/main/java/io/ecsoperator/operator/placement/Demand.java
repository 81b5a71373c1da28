package io.ecsoperator.operator.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one task needs of a container instance.
 *
 * @param memory in MiB: of a container the reservation if it has one, else the limit
 * @param tcpPorts host ports by number; dynamic ones do not count
 * @param networkInterface whether it needs one of its own, in the network mode awsvpc
 * @param attributes that an instance has to have, with a value or an empty text for any
 * @param platform the processor and the system that its images are made for
 * @param queries that have to match, of the definition and the request
 */
public record Demand(
    int cpu,
    int memory,
    int gpus,
    Set<Integer> tcpPorts,
    Set<Integer> udpPorts,
    boolean networkInterface,
    Map<String, String> attributes,
    Platform platform,
    List<ClusterQuery> queries) {

  /**
   * What the processor and the system have to be.
   *
   * @param architecture such as {@code ARM64}; empty for any
   * @param system such as {@code LINUX}; empty for any
   */
  public record Platform(String architecture, String system) {}

  private static final EcsType DEFINITION = EcsType.of("TaskDefinition");
  private static final EcsMember TASK_CPU = DEFINITION.member("cpu");
  private static final EcsMember TASK_MEMORY = DEFINITION.member("memory");
  private static final EcsMember NETWORK_MODE = DEFINITION.member("networkMode");
  private static final EcsMember CONTAINERS = DEFINITION.member("containerDefinitions");
  private static final EcsMember REQUIRES_ATTRIBUTES = DEFINITION.member("requiresAttributes");
  private static final EcsMember CONSTRAINTS = DEFINITION.member("placementConstraints");
  private static final EcsMember PLATFORM = DEFINITION.member("runtimePlatform");
  private static final EcsType CONTAINER = EcsType.of("ContainerDefinition");
  private static final EcsMember CPU = CONTAINER.member("cpu");
  private static final EcsMember MEMORY = CONTAINER.member("memory");
  private static final EcsMember RESERVATION = CONTAINER.member("memoryReservation");
  private static final EcsMember PORTS = CONTAINER.member("portMappings");
  private static final EcsMember REQUIREMENTS = CONTAINER.member("resourceRequirements");
  private static final EcsMember HOST_PORT = EcsType.of("PortMapping").member("hostPort");
  private static final EcsMember CONTAINER_PORT = EcsType.of("PortMapping").member("containerPort");
  private static final EcsMember PORT_RANGE =
      EcsType.of("PortMapping").member("containerPortRange");
  private static final EcsMember PROTOCOL = EcsType.of("PortMapping").member("protocol");
  private static final EcsMember REQUIREMENT_TYPE =
      EcsType.of("ResourceRequirement").member("type");
  private static final EcsMember REQUIREMENT_VALUE =
      EcsType.of("ResourceRequirement").member("value");
  private static final EcsMember ATTRIBUTE_NAME = EcsType.of("Attribute").member("name");
  private static final EcsMember ATTRIBUTE_VALUE = EcsType.of("Attribute").member("value");
  private static final EcsMember ARCHITECTURE =
      EcsType.of("RuntimePlatform").member("cpuArchitecture");
  private static final EcsMember SYSTEM =
      EcsType.of("RuntimePlatform").member("operatingSystemFamily");
  private static final EcsMember EXPRESSION =
      EcsType.of("TaskDefinitionPlacementConstraint").member("expression");

  public Demand {
    tcpPorts = Set.copyOf(tcpPorts);
    udpPorts = Set.copyOf(udpPorts);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    queries = List.copyOf(queries);
  }

  /**
   * The demand of a task definition, as ECS describes or registers it.
   *
   * @param expressions further constraints {@code memberOf}
   * @throws InvalidRequest if the definition or a constraint cannot be read
   */
  public static Demand of(ObjectNode definition, List<String> expressions) {
    String mode = NETWORK_MODE.text(definition);
    int cpu = 0;
    int memory = 0;
    int gpus = 0;
    Set<Integer> tcp = new TreeSet<>();
    Set<Integer> udp = new TreeSet<>();
    for (JsonNode container : CONTAINERS.of(definition)) {
      cpu = sum(cpu, CPU.number(container));
      memory =
          sum(
              memory,
              RESERVATION.number(container) > 0
                  ? RESERVATION.number(container)
                  : MEMORY.number(container));
      gpus = sum(gpus, gpus(container));
      for (JsonNode port : PORTS.of(container)) {
        (PROTOCOL.text(port).equalsIgnoreCase("udp") ? udp : tcp).addAll(hostPorts(mode, port));
      }
    }
    Map<String, String> attributes = new HashMap<>();
    REQUIRES_ATTRIBUTES
        .items(definition)
        .forEach(one -> attributes.put(ATTRIBUTE_NAME.text(one), ATTRIBUTE_VALUE.text(one)));
    List<ClusterQuery> queries = new ArrayList<>();
    CONSTRAINTS.items(definition).map(EXPRESSION::text).map(ClusterQuery::of).forEach(queries::add);
    expressions.stream().map(ClusterQuery::of).forEach(queries::add);
    JsonNode platform = PLATFORM.of(definition);
    return new Demand(
        size(TASK_CPU, definition, 1024).orElse(cpu),
        size(TASK_MEMORY, definition, 1024).orElse(memory),
        gpus,
        tcp,
        udp,
        mode.equals("awsvpc"),
        attributes,
        new Platform(ARCHITECTURE.text(platform), SYSTEM.text(platform)),
        queries);
  }

  /** In the mode host each container port is a port of the instance. */
  private static Set<Integer> hostPorts(String mode, JsonNode port) {
    if (mode.equals("awsvpc") || mode.equals("none")) {
      return Set.of();
    }
    if (mode.equals("host")) {
      Set<Integer> range = new TreeSet<>();
      String[] ends = PORT_RANGE.text(port).split("-", 2);
      if (ends.length == 2 && ends[0].matches("\\d{1,5}") && ends[1].matches("\\d{1,5}")) {
        for (int number = Integer.parseInt(ends[0]);
            number <= Math.min(65_535, Integer.parseInt(ends[1]));
            number++) {
          range.add(number);
        }
      }
      int one = HOST_PORT.number(port) > 0 ? HOST_PORT.number(port) : CONTAINER_PORT.number(port);
      if (one > 0) {
        range.add(one);
      }
      return range;
    }
    return HOST_PORT.number(port) > 0 ? Set.of(HOST_PORT.number(port)) : Set.of();
  }

  private static int gpus(JsonNode container) {
    return REQUIREMENTS
        .items(container)
        .filter(one -> REQUIREMENT_TYPE.text(one).equals("GPU"))
        .map(one -> REQUIREMENT_VALUE.of(one).asInt())
        .reduce(0, Demand::sum);
  }

  /** No sum of large numbers becomes a small one. */
  private static int sum(int one, int other) {
    return (int) Math.min(Integer.MAX_VALUE, (long) one + Math.max(0, other));
  }

  /**
   * The size of the task, in units or MiB, or in vCPU or GB as {@code "1 vCPU"} and {@code "2 GB"}.
   */
  private static Optional<Integer> size(EcsMember member, JsonNode definition, int perWhole) {
    String text = member.text(definition).strip();
    if (text.isEmpty() || text.equals("null")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.matches("\\d+")
              ? Integer.parseInt(text)
              : whole(text.replaceAll("(?i)\\s*(vcpu|gb)$", ""), perWhole));
    } catch (NumberFormatException e) {
      throw new InvalidRequest(member.name() + ": not a size: " + text);
    }
  }

  private static int whole(String number, int perWhole) {
    if (!number.matches("\\d{1,6}(\\.\\d{1,6})?")) {
      throw new NumberFormatException(number);
    }
    return (int) (Double.parseDouble(number) * perWhole);
  }
}
