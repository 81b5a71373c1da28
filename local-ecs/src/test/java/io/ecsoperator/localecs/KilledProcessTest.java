package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.Task;

/** A process that is killed at any moment leaves a state file with every answered call. */
class KilledProcessTest {
  private static final int ROUNDS = 3;
  private static final int WRITERS = 3;

  @TempDir private Path folder;

  @Test
  void whateverWasAnsweredIsThereAfterAKill() throws Exception {
    Random random = new Random(4);
    Set<String> answered = new ConcurrentSkipListSet<>();
    String before;
    try (LocalEcsProcess first = new LocalEcsProcess(folder.resolve("world"))) {
      first.client().createCluster(c -> c.clusterName("shop"));
      registerWeb(first.client());
      before = WorldDump.of(first.client());
    }
    for (int round = 0; round < ROUNDS; round++) {
      try (LocalEcsProcess child = new LocalEcsProcess(folder.resolve("world"))) {
        assertThat(WorldDump.of(child.client())).isEqualTo(before);
        writeUntilKilled(child, answered, random.nextInt(60));
      }
      try (LocalEcsProcess child = new LocalEcsProcess(folder.resolve("world"))) {
        assertThat(everything(child.client())).containsAll(answered);
        child.advance("PT20S");
        before = WorldDump.of(child.client());
      }
    }
    assertThat(answered).hasSizeGreaterThan(ROUNDS);
  }

  /** Several threads write at once; the process is killed after some of their answers. */
  private static void writeUntilKilled(LocalEcsProcess child, Set<String> answered, int answers)
      throws InterruptedException {
    CountDownLatch left = new CountDownLatch(answers);
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.execute(() -> write(child, answered, left));
      }
      left.await();
      child.kill();
    }
  }

  private static void write(LocalEcsProcess child, Set<String> answered, CountDownLatch left) {
    EcsClient client = child.client();
    try {
      while (true) {
        client
            .runTask(
                r ->
                    r.cluster("shop")
                        .taskDefinition("web")
                        .count(3)
                        .launchType("FARGATE")
                        .networkConfiguration(Fixtures.NETWORK))
            .tasks()
            .stream()
            .map(Task::taskArn)
            .forEach(answered::add);
        left.countDown();
        String name = "web-" + answered.size() + "-" + Thread.currentThread().threadId();
        answered.add(
            client.createService(service(2).serviceName(name).build()).service().serviceArn());
        left.countDown();
        child.advance("PT0.5S");
      }
    } catch (SdkException | IOException e) {
      // The process is gone.
    }
  }

  private static Set<String> everything(EcsClient client) {
    Set<String> all = new ConcurrentSkipListSet<>();
    client.listServicesPaginator(l -> l.cluster("shop")).serviceArns().forEach(all::add);
    client
        .listTasksPaginator(ListTasksRequest.builder().cluster("shop").build())
        .taskArns()
        .forEach(all::add);
    return all;
  }
}
