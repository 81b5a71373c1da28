package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.state.StateFile;
import io.ecsoperator.localecs.world.WorldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.EcsException;

/** Compaction does not change the replayed world. */
class CompactionPropertyTest {
  private static final int OPERATIONS = 60;

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void aFileThatWasWrittenAnewHasTheSameWorld(@ForAll long seed) throws IOException {
    Path folder = Files.createTempDirectory("compaction");
    Path file = folder.resolve("world");
    LocalEcsOptions options =
        LocalEcsOptions.defaults().withClock(WorldClock.virtual()).withSeed(seed);
    try (LocalEcs unbroken = LocalEcs.start(options)) {
      play(unbroken, seed);
      try (LocalEcs ecs = LocalEcs.start(options.withState(file))) {
        play(ecs, seed);
      }
      long before = Files.size(file);
      try (StateFile state = new StateFile(file, 0, Instant.EPOCH)) {
        state.compact();
      }
      assertThat(Files.size(file)).isLessThan(before);

      try (LocalEcs ecs = LocalEcs.start(options.withState(file))) {
        assertThat(WorldDump.of(ecs.client())).isEqualTo(WorldDump.of(unbroken.client()));
        play(ecs, seed + 1);
        play(unbroken, seed + 1);
        assertThat(WorldDump.of(ecs.client())).isEqualTo(WorldDump.of(unbroken.client()));
        assertThat(ecs.now()).isEqualTo(unbroken.now());
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static void play(LocalEcs ecs, long seed) {
    EcsClient client = ecs.client();
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      try {
        operate(random, ecs, client);
      } catch (EcsException e) {
        assertThat(e.statusCode()).as(e.getMessage()).isEqualTo(400);
      }
    }
  }

  /**
   * Many of these operations are refused, because their resource does not exist or exists already.
   */
  private static void operate(Random random, LocalEcs ecs, EcsClient client) {
    String cluster = random.nextInt(3) == 0 ? "market" : "shop";
    String name = "web-" + random.nextInt(3);
    switch (random.nextInt(16)) {
      case 0, 1 -> client.createCluster(c -> c.clusterName(cluster));
      case 2 -> client.deleteCluster(d -> d.cluster(cluster));
      case 3, 4 -> registerWeb(client);
      case 5, 6 ->
          client.createService(
              service(random.nextInt(4)).cluster(cluster).serviceName(name).build());
      case 7 ->
          client.updateService(
              u ->
                  u.cluster(cluster)
                      .service(name)
                      .desiredCount(random.nextInt(5))
                      .forceNewDeployment(random.nextBoolean()));
      case 8 -> client.deleteService(d -> d.cluster(cluster).service(name).force(true));
      case 9 ->
          client.runTask(
              r ->
                  r.cluster(cluster)
                      .taskDefinition("web")
                      .count(1 + random.nextInt(12))
                      .launchType("FARGATE")
                      .networkConfiguration(Fixtures.NETWORK));
      case 10 -> {
        List<String> tasks = client.listTasks(l -> l.cluster(cluster)).taskArns();
        client.stopTask(s -> s.cluster(cluster).task(tasks.isEmpty() ? "none" : tasks.getLast()));
      }
      case 11 ->
          client.deregisterTaskDefinition(d -> d.taskDefinition("web:" + (1 + random.nextInt(4))));
      case 12 ->
          client.tagResource(
              t -> t.resourceArn("arn:aws:ecs:us-east-1:123456789012:cluster/" + cluster));
      default -> ecs.advance(Duration.ofSeconds(random.nextInt(90)));
    }
  }
}
