package io.ecsoperator.operator.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.placement.Placement.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
  private static final String SMALL =
      "{family: 'web', networkMode: 'bridge', containerDefinitions: [{cpu: 256, memory: 512}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{cpu: 4096, memory: 1} | CPU",
        "{cpu: 1, memory: 99999} | MEMORY",
        "{cpu: 1, memory: 99999, memoryReservation: 10} | ''",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 22}]} | TCP_PORTS",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 2375}]} | TCP_PORTS",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 23}]} | ''",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 22, protocol: 'udp'}]} | ''",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 53, protocol: 'udp'}]} | UDP_PORTS",
        "{cpu: 1, memory: 1, portMappings: [{hostPort: 0, containerPort: 22}]} | ''",
        "{cpu: 1, memory: 1, resourceRequirements: [{type: 'GPU', value: '2'}]} | GPU",
        "{cpu: 1, memory: 1, resourceRequirements: [{type: 'GPU', value: '1'}]} | ''",
        "{cpu: 2147483647, memory: 1} | CPU"
      })
  void aContainerNeedsResources(String container, String misfits) {
    assertThat(
            misfits(
                "{networkMode: 'bridge', containerDefinitions: [" + container + "]}",
                instance("a")))
        .isEqualTo(misfits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{networkMode: 'awsvpc', containerDefinitions: [{cpu: 1, memory: 1, portMappings: [{hostPort: 22}]}]} | ''",
        "{networkMode: 'host', containerDefinitions: [{cpu: 1, memory: 1, portMappings: [{containerPort: 22}]}]} | TCP_PORTS",
        "{networkMode: 'host', containerDefinitions: [{cpu: 1, memory: 1, portMappings: [{containerPortRange: '20-30'}]}]} | TCP_PORTS",
        "{cpu: '4096', memory: '1', containerDefinitions: [{cpu: 1}]} | CPU",
        "{cpu: '1 vCPU', memory: '1 GB', containerDefinitions: [{cpu: 9999, memory: 99999}]} | ''",
        "{requiresAttributes: [{name: 'ecs.capability.execution-role-ecr-pull'}], containerDefinitions: []} | ATTRIBUTE",
        "{requiresAttributes: [{name: 'stack', value: 'green'}], containerDefinitions: []} | ATTRIBUTE",
        "{requiresAttributes: [{name: 'stack', value: 'blue'}], containerDefinitions: []} | ''",
        "{runtimePlatform: {cpuArchitecture: 'ARM64'}, containerDefinitions: []} | ARCHITECTURE",
        "{runtimePlatform: {cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX'}, containerDefinitions: []} | ''",
        "{runtimePlatform: {operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE'}, containerDefinitions: []} | OPERATING_SYSTEM",
        "{placementConstraints: [{type: 'memberOf', expression: 'attribute:stack == green'}], containerDefinitions: []} | MEMBER_OF"
      })
  void aDefinitionNeedsMoreThanItsContainers(String definition, String misfits) {
    assertThat(misfits(definition, instance("a"))).isEqualTo(misfits);
  }

  @Test
  void allReasonsAreNamedAtOnce() {
    ObjectNode away = instance("a");
    away.put("status", "DRAINING").put("agentConnected", false);

    assertThat(
            misfits(
                "{networkMode: 'awsvpc', runtimePlatform: {cpuArchitecture: 'ARM64'},"
                    + " containerDefinitions: [{cpu: 9999, memory: 99999}]}",
                away.deepCopy().set("attributes", Trees.node("[]"))))
        .isEqualTo("STATUS,AGENT,CPU,MEMORY,ENI,ARCHITECTURE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attribute:stack == blue | true",
        "attribute:stack != blue | false",
        "attribute:other == blue | false",
        "attribute:other != blue | true",
        "attribute:other !exists | true",
        "attribute:stack exists | true",
        "attribute:ecs.instance-type =~ m5.* | true",
        "attribute:ecs.instance-type !~ m5.* | false",
        "attribute:stack in [green, blue] | true",
        "attribute:stack !in [green, blue] | false",
        "attribute:stack not_in ['green'] | true",
        "agentVersion >= 1.70.0 | true",
        "agentVersion < 1.9.0 | false",
        "runningTasksCount < 3 | true",
        "runningTasksCount greater_than 2 | false",
        "registeredAt > 2020-01-01 | true",
        "registeredAt < 2020-01-01T00:00:00 | false",
        "task:group == service:web | true",
        "not(task:group == service:web) | false",
        "attribute:stack == green or agentConnected == true and runningTasksCount == 2 | true",
        "(attribute:stack == green or agentConnected == true) and runningTasksCount == 1 | false",
        "ec2InstanceId in ['i-a'] && attribute:stack == \"blue\" or attribute:stack == red | true"
      })
  void anExpressionOfTheClusterQueryLanguageMatches(String expression, boolean matches) {
    assertThat(ClusterQuery.of(expression).matches(read(instance("a")))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "attribute: == x",
        "unknown == x",
        "attribute:a == ",
        "attribute:a == x and",
        "(attribute:a == x",
        "attribute:a in x",
        "attribute:a =~ [",
        "runningTasksCount == many",
        "registeredAt > yesterday"
      })
  void anExpressionThatIsNotValidIsRefused(String expression) {
    assertThatThrownBy(() -> ClusterQuery.of(expression)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aPatternThatReadsWithoutEndIsEnded() {
    ObjectNode instance = instance("a");
    ((ArrayNode) instance.path("attributes"))
        .add(Trees.tree("{name: 'long', value: '" + "a".repeat(120) + "!'}"));

    assertThatThrownBy(
            () -> ClusterQuery.of("attribute:long =~ (a+)+(a+)+(a+)+$").matches(read(instance)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void binpackFillsTheFullestInstanceThatHasRoom() {
    ObjectNode small = instance("small");
    remaining(small, "MEMORY").put("integerValue", 1200);

    Placement placement =
        place(4, List.of(new Strategy(Strategy.Type.BINPACK, "memory")), instance("a"), small);

    assertThat(placement.placed()).containsExactly("small", "small", "a", "a");
    assertThat(placement.capacity()).isEqualTo(2 + 4);
  }

  @Test
  void spreadEvensOutTheZonesWhateverRunsThere() {
    ObjectNode other = instance("b");
    zone(other, "eu-west-1b");
    ObjectNode third = instance("c");
    zone(third, "eu-west-1c");

    Placement placement =
        Placement.of(
            new Placement.Task(
                Demand.of(Trees.tree(SMALL), List.of()),
                List.of(
                    new Strategy(Strategy.Type.SPREAD, "attribute:ecs.availability-zone"),
                    new Strategy(Strategy.Type.BINPACK, "cpu")),
                false,
                "service:web",
                3,
                1),
            List.of(read(instance("a")), read(other), Instance.of(third, Map.of())));

    assertThat(placement.placed()).containsExactly("c", "c", "a");
  }

  @Test
  void distinctInstancesTakeOneTaskEach() {
    Placement placement =
        Placement.of(
            new Placement.Task(
                Demand.of(Trees.tree(SMALL), List.of()), List.of(), true, "service:api", 5, 1),
            List.of(read(instance("a")), read(instance("b"))));

    assertThat(placement.placed()).containsExactly("a", "b");
    assertThat(placement.capacity()).isEqualTo(2);
    assertThat(
            Placement.of(
                    new Placement.Task(
                        Demand.of(Trees.tree(SMALL), List.of()),
                        List.of(),
                        true,
                        "service:web",
                        1,
                        1),
                    List.of(read(instance("a"))))
                .candidates()
                .getFirst()
                .misfits())
        .extracting(Misfit::code)
        .containsExactly(Misfit.Code.DISTINCT_INSTANCE);
  }

  @Test
  void aStrategyWithAnUnknownFieldIsRefused() {
    assertThatThrownBy(() -> new Strategy(Strategy.Type.BINPACK, "disk"))
        .isInstanceOf(InvalidRequest.class);
  }

  /** By another way: whole fleets of random instances and tasks, each checked by plain rules. */
  @Test
  void fitsAndCapacityEqualABruteForceCheck() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      ObjectNode definition = randomDefinition(random);
      List<ObjectNode> fleet = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        fleet.add(randomInstance("i" + i, random));
      }
      Placement placement =
          Placement.of(
              new Placement.Task(Demand.of(definition, List.of()), List.of(), false, "g", 1, seed),
              fleet.stream().map(one -> Instance.of(one, Map.of())).toList());

      for (Candidate candidate : placement.candidates()) {
        ObjectNode instance =
            fleet.stream()
                .filter(
                    one ->
                        one.path("containerInstanceArn")
                            .asText()
                            .equals(candidate.instance().arn()))
                .findFirst()
                .orElseThrow();
        int expected = BruteForce.tasksThatFit(definition, instance);
        assertThat(candidate.capacity()).as("seed %s: %s", seed, instance).isEqualTo(expected);
        assertThat(candidate.fits()).isEqualTo(expected > 0);
        assertThat(candidate.misfits().isEmpty()).isEqualTo(expected > 0);
        if (candidate.fits()) {
          assertThat(BruteForce.forerunnerFits(definition, instance)).isTrue();
        }
      }
    }
  }

  /** Rules that are written down again, without a class of the package. */
  private static final class BruteForce {
    /** Places one task after another until the next does not fit. */
    static int tasksThatFit(ObjectNode definition, ObjectNode instance) {
      ObjectNode state = instance.deepCopy();
      int tasks = 0;
      while (fits(definition, state) && tasks < 10_000) {
        tasks++;
        take(definition, state);
      }
      return tasks;
    }

    private static boolean fits(ObjectNode definition, ObjectNode instance) {
      boolean architecture =
          !definition.has("runtimePlatform")
              || instance
                  .toString()
                  .contains(
                      "{\"name\":\"ecs.cpu-architecture\",\"value\":\""
                          + definition
                              .at("/runtimePlatform/cpuArchitecture")
                              .asText()
                              .toLowerCase(java.util.Locale.ROOT)
                          + "\"}");
      return instance.path("status").asText().equals("ACTIVE")
          && architecture
          && forerunnerFits(definition, instance);
    }

    /** Of the forerunner: sums, connected, and no port among those that are taken. */
    static boolean forerunnerFits(ObjectNode definition, ObjectNode instance) {
      Set<String> taken = new HashSet<>();
      remaining(instance, "PORTS")
          .path("stringSetValue")
          .forEach(p -> taken.add("tcp" + p.asText()));
      remaining(instance, "PORTS_UDP")
          .path("stringSetValue")
          .forEach(p -> taken.add("udp" + p.asText()));
      return instance.path("agentConnected").asBoolean()
          && total(definition, "cpu") <= remaining(instance, "CPU").path("integerValue").asInt()
          && total(definition, "memory")
              <= remaining(instance, "MEMORY").path("integerValue").asInt()
          && ports(definition).stream().noneMatch(taken::contains);
    }

    private static int total(ObjectNode definition, String member) {
      int sum = 0;
      for (var container : definition.path("containerDefinitions")) {
        sum += container.path(member).asInt();
      }
      return sum;
    }

    private static Set<String> ports(ObjectNode definition) {
      Set<String> ports = new TreeSet<>();
      for (var container : definition.path("containerDefinitions")) {
        for (var port : container.path("portMappings")) {
          if (port.path("hostPort").asInt() > 0) {
            ports.add(
                (port.path("protocol").asText().equals("udp") ? "udp" : "tcp")
                    + port.path("hostPort").asInt());
          }
        }
      }
      return ports;
    }

    private static void take(ObjectNode definition, ObjectNode state) {
      for (String member : List.of("cpu", "memory")) {
        ObjectNode left = remaining(state, member.toUpperCase(java.util.Locale.ROOT));
        left.put("integerValue", left.path("integerValue").asInt() - total(definition, member));
      }
      for (String port : ports(definition)) {
        ((ArrayNode)
                remaining(state, port.startsWith("udp") ? "PORTS_UDP" : "PORTS")
                    .path("stringSetValue"))
            .add(port.substring(3));
      }
    }
  }

  private static ObjectNode randomDefinition(Random random) {
    ObjectNode definition = Trees.tree("{family: 'f', networkMode: 'bridge'}");
    if (random.nextInt(3) == 0) {
      definition
          .putObject("runtimePlatform")
          .put("cpuArchitecture", random.nextBoolean() ? "ARM64" : "X86_64");
    }
    ArrayNode containers = definition.putArray("containerDefinitions");
    for (int i = 0; i <= random.nextInt(3); i++) {
      ObjectNode container = containers.addObject();
      container.put("cpu", random.nextInt(4) * 256).put("memory", 1 + random.nextInt(1024));
      if (random.nextInt(3) == 0) {
        container
            .putArray("portMappings")
            .addObject()
            .put("hostPort", List.of(0, 22, 23, 53, 80, 2375).get(random.nextInt(6)))
            .put("protocol", random.nextInt(3) == 0 ? "udp" : "tcp");
      }
    }
    return definition;
  }

  private static ObjectNode randomInstance(String arn, Random random) {
    ObjectNode instance = instance(arn);
    remaining(instance, "CPU").put("integerValue", random.nextInt(2048));
    remaining(instance, "MEMORY").put("integerValue", random.nextInt(4096));
    if (random.nextInt(6) == 0) {
      instance.put("agentConnected", false);
    }
    if (random.nextInt(6) == 0) {
      instance.put("status", "DRAINING");
    }
    return instance;
  }

  private static String misfits(String definition, Object instance) {
    return String.join(
        ",",
        Placement.of(
                new Placement.Task(
                    Demand.of(Trees.tree(definition), List.of()), List.of(), false, "g", 1, 1),
                List.of(read((ObjectNode) instance)))
            .candidates()
            .getFirst()
            .misfits()
            .stream()
            .map(misfit -> misfit.code().name())
            .toList());
  }

  private static Placement place(int count, List<Strategy> strategies, ObjectNode... instances) {
    return Placement.of(
        new Placement.Task(
            Demand.of(Trees.tree(SMALL), List.of()), strategies, false, "g", count, 1),
        List.of(instances).stream().map(PlacementTest::read).toList());
  }

  private static Instance read(ObjectNode instance) {
    return Instance.of(instance, Map.of("service:web", 1));
  }

  private static ObjectNode instance(String arn) {
    return Trees.tree(
        "{containerInstanceArn: '"
            + arn
            + "', ec2InstanceId: 'i-"
            + arn
            + "', status: 'ACTIVE', agentConnected: true, runningTasksCount: 2,"
            + " registeredAt: 1767225600, versionInfo: {agentVersion: '1.80.1'},"
            + " remainingResources: ["
            + "{name: 'CPU', integerValue: 2048}, {name: 'MEMORY', integerValue: 2048},"
            + " {name: 'GPU', stringSetValue: ['GPU-1']},"
            + " {name: 'PORTS', stringSetValue: ['22', '2375', '2376', '51678']},"
            + " {name: 'PORTS_UDP', stringSetValue: ['53']}],"
            + " attributes: [{name: 'ecs.capability.task-eni'}, {name: 'stack', value: 'blue'},"
            + " {name: 'ecs.cpu-architecture', value: 'x86_64'}, {name: 'ecs.os-type', value: 'linux'},"
            + " {name: 'ecs.instance-type', value: 'm5.large'},"
            + " {name: 'ecs.availability-zone', value: 'eu-west-1a'}]}");
  }

  private static ObjectNode remaining(ObjectNode instance, String name) {
    for (var one : instance.path("remainingResources")) {
      if (one.path("name").asText().equals(name)) {
        return (ObjectNode) one;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static void zone(ObjectNode instance, String zone) {
    for (var one : instance.path("attributes")) {
      if (one.path("name").asText().equals("ecs.availability-zone")) {
        ((ObjectNode) one).put("value", zone);
      }
    }
  }
}
