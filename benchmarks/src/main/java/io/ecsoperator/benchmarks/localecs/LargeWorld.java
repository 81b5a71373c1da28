package io.ecsoperator.benchmarks.localecs;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;

/**
 * 10,000 services with two running tasks each, in two clusters of 5,000 services: the most that ECS
 * allows in a cluster.
 */
final class LargeWorld {
  static final int SERVICES = 10_000;
  static final int TASKS_EACH = 2;
  static final List<String> CLUSTERS = List.of("east", "west");

  /** The task definition of all services, with one container of the same name. */
  static final String FAMILY = "web";

  static final NetworkConfiguration NETWORK =
      NetworkConfiguration.builder()
          .awsvpcConfiguration(v -> v.subnets("subnet-a", "subnet-b"))
          .build();

  private static final int SERVICES_EACH = SERVICES / CLUSTERS.size();

  /** Long enough for ten thousand services to start their tasks. */
  private static final Duration START_TIME = Duration.ofHours(1);

  private LargeWorld() {}

  /** Options of an empty world. */
  static LocalEcsOptions options() {
    return LocalEcsOptions.defaults().withClock(WorldClock.virtual());
  }

  /** Creates all services and waits until their tasks run. */
  static void fill(LocalEcs ecs) {
    EcsClient client = ecs.client();
    register(client);
    for (String cluster : CLUSTERS) {
      client.createCluster(c -> c.clusterName(cluster));
      for (int i = 0; i < SERVICES_EACH; i++) {
        createService(client, cluster, serviceName(i));
      }
    }
    ecs.advance(START_TIME);
    requireSteady(client);
  }

  /** A service of {@link #FAMILY} with two tasks on Fargate. */
  static void createService(EcsClient client, String cluster, String name) {
    client.createService(
        s ->
            s.cluster(cluster)
                .serviceName(name)
                .taskDefinition(FAMILY)
                .desiredCount(TASKS_EACH)
                .launchType("FARGATE")
                .networkConfiguration(NETWORK));
  }

  /** An override for tasks of {@link #FAMILY} that end by themselves. */
  static ContainerOverride endsAfter(Duration time) {
    return ContainerOverride.builder()
        .name(FAMILY)
        .environment(
            KeyValuePair.builder()
                .name("LOCAL_ECS_RUN_SECONDS")
                .value(Long.toString(time.toSeconds()))
                .build())
        .build();
  }

  /** Registers {@link #FAMILY}. */
  static void register(EcsClient client) {
    client.registerTaskDefinition(
        r ->
            r.family(FAMILY)
                .networkMode(NetworkMode.AWSVPC)
                .requiresCompatibilities(Compatibility.FARGATE)
                .cpu("256")
                .memory("512")
                .containerDefinitions(
                    ContainerDefinition.builder()
                        .name(FAMILY)
                        .image("shop/web:1")
                        .portMappings(PortMapping.builder().containerPort(8080).build())
                        .environment(KeyValuePair.builder().name("STAGE").value("test").build())
                        .build()));
  }

  private static void requireSteady(EcsClient client) {
    int running =
        client.describeClusters(d -> d.clusters(CLUSTERS)).clusters().stream()
            .mapToInt(cluster -> cluster.runningTasksCount())
            .sum();
    if (running != SERVICES * TASKS_EACH) {
      throw new IllegalStateException("Only " + running + " tasks are running.");
    }
  }

  static String serviceName(int i) {
    return "service-%05d".formatted(i);
  }

  /** The names of ten services. */
  static List<String> tenServices() {
    return IntStream.range(0, 10).mapToObj(i -> serviceName(2000 + 7 * i)).toList();
  }

  /** The ARNs of a hundred tasks. */
  static List<String> hundredTasks(EcsClient client) {
    return client.listTasks(l -> l.cluster(CLUSTERS.getFirst()).maxResults(100)).taskArns();
  }
}
