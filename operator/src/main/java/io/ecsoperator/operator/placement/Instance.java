package io.ecsoperator.operator.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A container instance, as far as placement depends on it.
 *
 * @param free what is left
 * @param attributes an empty text for one without a value
 * @param groups of the tasks that are to run on it, with their numbers
 */
public record Instance(
    String arn,
    String ec2InstanceId,
    String status,
    Agent agent,
    String registeredAt,
    int runningTasks,
    Free free,
    Map<String, String> attributes,
    Map<String, Integer> groups) {

  /** The agent that starts tasks. */
  public record Agent(boolean connected, String version) {}

  /**
   * What is left of an instance.
   *
   * @param tcpTaken ports that are held, by the agent or by tasks: ECS lists these as remaining
   */
  public record Free(int cpu, int memory, int gpus, Set<Integer> tcpTaken, Set<Integer> udpTaken) {
    public Free {
      tcpTaken = Set.copyOf(tcpTaken);
      udpTaken = Set.copyOf(udpTaken);
    }
  }

  private static final EcsType INSTANCE = EcsType.of("ContainerInstance");
  private static final EcsMember ARN = INSTANCE.member("containerInstanceArn");
  private static final EcsMember EC2 = INSTANCE.member("ec2InstanceId");
  private static final EcsMember STATUS = INSTANCE.member("status");
  private static final EcsMember CONNECTED = INSTANCE.member("agentConnected");
  private static final EcsMember VERSIONS = INSTANCE.member("versionInfo");
  private static final EcsMember REGISTERED_AT = INSTANCE.member("registeredAt");
  private static final EcsMember RUNNING = INSTANCE.member("runningTasksCount");
  private static final EcsMember REMAINING = INSTANCE.member("remainingResources");
  private static final EcsMember ATTRIBUTES = INSTANCE.member("attributes");
  private static final EcsMember AGENT_VERSION = EcsType.of("VersionInfo").member("agentVersion");
  private static final EcsMember RESOURCE = EcsType.of("Resource").member("name");
  private static final EcsMember NUMBER = EcsType.of("Resource").member("integerValue");
  private static final EcsMember TEXTS = EcsType.of("Resource").member("stringSetValue");
  private static final EcsMember ATTRIBUTE = EcsType.of("Attribute").member("name");
  private static final EcsMember VALUE = EcsType.of("Attribute").member("value");

  public Instance {
    attributes = Map.copyOf(attributes);
    groups = Map.copyOf(groups);
  }

  /**
   * @param described as ECS describes it
   * @param groups of the tasks that are to run on it, with their numbers
   */
  public static Instance of(ObjectNode described, Map<String, Integer> groups) {
    Map<String, JsonNode> remaining = new HashMap<>();
    REMAINING.items(described).forEach(one -> remaining.put(RESOURCE.text(one), one));
    Map<String, String> attributes = new HashMap<>();
    ATTRIBUTES
        .items(described)
        .forEach(one -> attributes.put(ATTRIBUTE.text(one), VALUE.text(one)));
    return new Instance(
        ARN.text(described),
        EC2.text(described),
        STATUS.text(described),
        new Agent(CONNECTED.of(described).asBoolean(), AGENT_VERSION.text(VERSIONS.of(described))),
        REGISTERED_AT.timestamp(described).orElse(""),
        RUNNING.number(described),
        new Free(
            number(remaining, "CPU"),
            number(remaining, "MEMORY"),
            (int) texts(remaining, "GPU").count(),
            ports(remaining, "PORTS"),
            ports(remaining, "PORTS_UDP")),
        attributes,
        groups);
  }

  private static int number(Map<String, JsonNode> remaining, String name) {
    return Optional.ofNullable(remaining.get(name)).map(NUMBER::number).orElse(0);
  }

  private static Stream<String> texts(Map<String, JsonNode> remaining, String name) {
    return Optional.ofNullable(remaining.get(name)).stream().flatMap(TEXTS::texts);
  }

  private static Set<Integer> ports(Map<String, JsonNode> remaining, String name) {
    return texts(remaining, name)
        .filter(port -> port.matches("\\d{1,5}"))
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  /** The values of a subject of the cluster query language. */
  List<String> values(String subject) {
    return switch (subject) {
      case "agentConnected" -> List.of(String.valueOf(agent.connected()));
      case "agentVersion" -> present(agent.version());
      case "ec2InstanceId" -> present(ec2InstanceId);
      case "registeredAt" -> present(registeredAt);
      case "runningTasksCount" -> List.of(String.valueOf(runningTasks));
      case "task:group" -> List.copyOf(groups.keySet());
      default ->
          Optional.ofNullable(attributes.get(subject.substring(subject.indexOf(':') + 1))).stream()
              .toList();
    };
  }

  private static List<String> present(String text) {
    return text.isEmpty() ? List.of() : List.of(text);
  }
}
