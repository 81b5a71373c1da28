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
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;

/**
 * 10,000 services with two tasks each, all running, in two clusters of 5,000 services: as many as
 * ECS allows in one.
 */
final class LargeWorld {
  static final int SERVICES = 10_000;
  static final int TASKS_EACH = 2;
  static final List<String> CLUSTERS = List.of("east", "west");

  private static final int SERVICES_EACH = SERVICES / CLUSTERS.size();

  /** Time enough for ten thousand services to come up. */
  private static final Duration SETTLING = Duration.ofHours(1);

  private LargeWorld() {}

  /** What an empty world is started with. */
  static LocalEcsOptions options() {
    return LocalEcsOptions.defaults().withClock(WorldClock.virtual());
  }

  /** Creates all of it, and lets it come up. */
  static void fill(LocalEcs ecs) {
    EcsClient client = ecs.client();
    register(client);
    for (String cluster : CLUSTERS) {
      client.createCluster(c -> c.clusterName(cluster));
      for (int i = 0; i < SERVICES_EACH; i++) {
        String name = serviceName(i);
        client.createService(
            s ->
                s.cluster(cluster)
                    .serviceName(name)
                    .taskDefinition("web")
                    .desiredCount(TASKS_EACH)
                    .launchType("FARGATE")
                    .networkConfiguration(
                        n -> n.awsvpcConfiguration(v -> v.subnets("subnet-a", "subnet-b"))));
      }
    }
    ecs.advance(SETTLING);
    requireSteady(client);
  }

  private static void register(EcsClient client) {
    client.registerTaskDefinition(
        r ->
            r.family("web")
                .networkMode(NetworkMode.AWSVPC)
                .requiresCompatibilities(Compatibility.FARGATE)
                .cpu("256")
                .memory("512")
                .containerDefinitions(
                    ContainerDefinition.builder()
                        .name("web")
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

  /** Ten names somewhere in the middle. */
  static List<String> tenServices() {
    return IntStream.range(0, 10).mapToObj(i -> serviceName(2000 + 7 * i)).toList();
  }

  /** The ARNs of a hundred tasks. */
  static List<String> hundredTasks(EcsClient client) {
    return client.listTasks(l -> l.cluster(CLUSTERS.getFirst()).maxResults(100)).taskArns();
  }
}
