package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.container;
import static io.ecsoperator.localecs.Fixtures.env;
import static io.ecsoperator.localecs.Fixtures.register;
import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.world.WorldClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** Ten thousand random operations, valid and invalid ones. */
class RandomOperationsTest {
  private static final int OPERATIONS = 10_000;
  private static final int SERVICES = 8;

  @Test
  void leaveNothingBehindAndGiveTheSameEventsUnderTheSameSeed() {
    assertThat(play(1, OPERATIONS / 2)).isEqualTo(play(1, OPERATIONS / 2));
  }

  /** Returns a dump of the world before everything is deleted. */
  private static String play(long seed, int operations) {
    try (LocalEcs ecs =
        LocalEcs.start(LocalEcsOptions.defaults().withClock(WorldClock.virtual()).withSeed(seed))) {
      EcsClient client = ecs.client();
      client.createCluster(c -> c.clusterName("shop"));
      registerWeb(client);
      Random random = new Random(seed);
      for (int i = 0; i < operations; i++) {
        try {
          operate(random, ecs, client);
        } catch (EcsException e) {
          assertThat(e.statusCode()).as(e.getMessage()).isEqualTo(400);
        }
      }
      String seen = WorldDump.of(client);
      takeDown(ecs, client);
      return seen;
    }
  }

  private static void operate(Random random, LocalEcs ecs, EcsClient client) {
    String name = "web-" + random.nextInt(SERVICES);
    switch (random.nextInt(10)) {
      case 0 -> client.createService(service(random.nextInt(4)).serviceName(name).build());
      case 1 -> client.deleteService(d -> d.cluster("shop").service(name).force(true));
      case 2 ->
          client.updateService(
              u -> u.cluster("shop").service(name).desiredCount(random.nextInt(5)));
      case 3 -> client.updateService(u -> u.cluster("shop").service(name).forceNewDeployment(true));
      case 4 -> {
        if (random.nextInt(4) == 0) {
          register(
              client,
              "web",
              container(
                  "web",
                  c -> c.environment(env("LOCAL_ECS_RUN_SECONDS", "" + random.nextInt(300)))));
        } else {
          registerWeb(client);
        }
      }
      case 5 -> client.updateService(u -> u.cluster("shop").service(name).taskDefinition("web"));
      case 6 ->
          client.runTask(
              r ->
                  r.cluster("shop")
                      .taskDefinition("web")
                      .count(1 + random.nextInt(2))
                      .launchType("FARGATE")
                      .networkConfiguration(Fixtures.NETWORK));
      case 7 -> {
        List<String> tasks = client.listTasks(l -> l.cluster("shop")).taskArns();
        if (!tasks.isEmpty()) {
          String arn = tasks.get(random.nextInt(tasks.size()));
          client.stopTask(s -> s.cluster("shop").task(arn));
        }
      }
      default -> ecs.advance(Duration.ofSeconds(random.nextInt(60)));
    }
  }

  private static void takeDown(LocalEcs ecs, EcsClient client) {
    List<String> services =
        client.listServicesPaginator(l -> l.cluster("shop")).serviceArns().stream().toList();
    services.forEach(arn -> client.deleteService(d -> d.cluster("shop").service(arn).force(true)));
    List<String> tasks =
        client.listTasksPaginator(l -> l.cluster("shop")).taskArns().stream().toList();
    tasks.forEach(arn -> client.stopTask(s -> s.cluster("shop").task(arn)));
    ecs.advance(Duration.ofHours(2));

    assertThat(client.listTasks(l -> l.cluster("shop")).taskArns()).isEmpty();
    assertThat(client.listTasks(l -> l.cluster("shop").desiredStatus("STOPPED")).taskArns())
        .isEmpty();
    Cluster shop = client.describeClusters(d -> d.clusters("shop")).clusters().getFirst();
    assertThat(shop.runningTasksCount() + shop.pendingTasksCount()).isZero();
    assertThat(shop.activeServicesCount()).isZero();
    client.deleteCluster(c -> c.cluster("shop"));
  }
}
