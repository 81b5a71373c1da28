package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ClusterField;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

class ClusterCountsPropertyTest {
  private static final int OPERATIONS = 60;
  private static final int SERVICES = 4;

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void aClusterShowsAsManyServicesAndTasksAsCanBeDescribed(@ForAll long seed) {
    try (LocalEcs ecs =
        LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()).withSeed(seed))) {
      EcsClient client = ecs.client();
      client.createCluster(c -> c.clusterName("shop"));
      ecs.instances().add("shop", "m5.large", 3);
      registerWeb(client);
      registerOnInstances(client);
      Random random = new Random(seed);
      for (int i = 0; i < OPERATIONS; i++) {
        try {
          operate(random, ecs, client);
        } catch (EcsException e) {
          assertThat(e.statusCode()).as(e.getMessage()).isEqualTo(400);
        }
        assertThat(shown(client)).isEqualTo(counted(client));
      }
    }
  }

  private static TaskDefinition registerOnInstances(EcsClient client) {
    return client
        .registerTaskDefinition(
            r ->
                r.family("job")
                    .networkMode(NetworkMode.BRIDGE)
                    .requiresCompatibilities(Compatibility.EC2)
                    .containerDefinitions(container("job", c -> c.memory(100))))
        .taskDefinition();
  }

  private static void operate(Random random, LocalEcs ecs, EcsClient client) {
    String name = "web-" + random.nextInt(SERVICES);
    switch (random.nextInt(14)) {
      case 0 -> client.createService(service(random.nextInt(4)).serviceName(name).build());
      case 1 ->
          client.createService(
              c ->
                  c.cluster("shop")
                      .serviceName(name)
                      .taskDefinition("job")
                      .desiredCount(random.nextInt(4)));
      case 2 ->
          client.createService(
              c ->
                  c.cluster("shop")
                      .serviceName(name)
                      .desiredCount(2)
                      .deploymentController(d -> d.type("EXTERNAL")));
      case 3 ->
          client.createTaskSet(
              t ->
                  t.cluster("shop")
                      .service(name)
                      .taskDefinition("web")
                      .launchType(LaunchType.FARGATE)
                      .scale(s -> s.value(100.0).unit("PERCENT"))
                      .networkConfiguration(Fixtures.NETWORK));
      case 4 -> dropATaskSet(client, name);
      case 5 -> client.deleteService(d -> d.cluster("shop").service(name).force(true));
      case 6 ->
          client.updateService(
              u -> u.cluster("shop").service(name).desiredCount(random.nextInt(5)));
      case 7 -> client.updateService(u -> u.cluster("shop").service(name).forceNewDeployment(true));
      case 8 ->
          register(
              client,
              "web",
              container(
                  "web",
                  c -> c.environment(env("LOCAL_ECS_RUN_SECONDS", "" + random.nextInt(90)))));
      case 9 -> client.updateService(u -> u.cluster("shop").service(name).taskDefinition("web"));
      case 10 ->
          client.runTask(
              r ->
                  r.cluster("shop")
                      .taskDefinition("web")
                      .count(2)
                      .launchType(LaunchType.FARGATE)
                      .networkConfiguration(Fixtures.NETWORK));
      case 11 -> client.runTask(r -> r.cluster("shop").taskDefinition("job"));
      case 12 -> ecs.advance(Duration.ofMinutes(random.nextInt(70)));
      default -> ecs.advance(Duration.ofSeconds(random.nextInt(60)));
    }
  }

  private static void dropATaskSet(EcsClient client, String service) {
    client
        .describeTaskSets(d -> d.cluster("shop").service(service))
        .taskSets()
        .forEach(
            set ->
                client.deleteTaskSet(
                    d -> d.cluster("shop").service(service).taskSet(set.id()).force(true)));
  }

  private static Map<String, Integer> shown(EcsClient client) {
    Cluster cluster =
        client
            .describeClusters(d -> d.clusters("shop").include(ClusterField.STATISTICS))
            .clusters()
            .getFirst();
    Map<String, Integer> shown =
        cluster.statistics().stream()
            .collect(
                Collectors.toMap(
                    KeyValuePair::name,
                    pair -> Integer.parseInt(pair.value()),
                    (first, second) -> first,
                    TreeMap::new));
    shown.put("running", cluster.runningTasksCount());
    shown.put("pending", cluster.pendingTasksCount());
    shown.put("active", cluster.activeServicesCount());
    return shown;
  }

  private static Map<String, Integer> counted(EcsClient client) {
    Map<String, Integer> counted = new TreeMap<>();
    for (String of : List.of("EC2", "Fargate")) {
      for (String what : List.of("running", "pending")) {
        counted.put(what + of + "TasksCount", 0);
      }
      for (String what : List.of("active", "draining")) {
        counted.put(what + of + "ServiceCount", 0);
      }
    }
    List.of("running", "pending", "active").forEach(total -> counted.put(total, 0));
    tasks(client).forEach(task -> count(counted, task));
    // By name, as ECS does not list what is draining.
    List<String> names = IntStream.range(0, SERVICES).mapToObj(i -> "web-" + i).toList();
    client
        .describeServices(d -> d.cluster("shop").services(names))
        .services()
        .forEach(service -> count(counted, service));
    return counted;
  }

  private static List<Task> tasks(EcsClient client) {
    List<String> arns = new ArrayList<>();
    for (String desired : List.of("RUNNING", "STOPPED")) {
      client
          .listTasksPaginator(l -> l.cluster("shop").desiredStatus(desired))
          .taskArns()
          .forEach(arns::add);
    }
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < arns.size(); i += 100) {
      List<String> some = arns.subList(i, Math.min(arns.size(), i + 100));
      tasks.addAll(client.describeTasks(d -> d.cluster("shop").tasks(some)).tasks());
    }
    return tasks;
  }

  private static void count(Map<String, Integer> counted, Task task) {
    String of = task.launchType() == LaunchType.FARGATE ? "Fargate" : "EC2";
    boolean coming =
        List.of("PROVISIONING", "PENDING", "ACTIVATING").contains(task.lastStatus())
            && task.desiredStatus().equals("RUNNING");
    if (task.lastStatus().equals("RUNNING")) {
      counted.merge("running" + of + "TasksCount", 1, Integer::sum);
      counted.merge("running", 1, Integer::sum);
    } else if (coming) {
      counted.merge("pending" + of + "TasksCount", 1, Integer::sum);
      counted.merge("pending", 1, Integer::sum);
    }
  }

  private static void count(Map<String, Integer> counted, Service service) {
    String of = isOnFargate(service) ? "Fargate" : "EC2";
    if (service.status().equals("ACTIVE")) {
      counted.merge("active" + of + "ServiceCount", 1, Integer::sum);
      counted.merge("active", 1, Integer::sum);
    } else if (service.status().equals("DRAINING")) {
      counted.merge("draining" + of + "ServiceCount", 1, Integer::sum);
    }
  }

  private static boolean isOnFargate(Service service) {
    if (!service.deployments().isEmpty()) {
      return service.deployments().getFirst().launchType() == LaunchType.FARGATE;
    }
    return service.taskSets().isEmpty()
        ? service.launchType() == LaunchType.FARGATE
        : service.taskSets().getFirst().launchType() == LaunchType.FARGATE;
  }
}
