package io.ecsoperator.localecs;

import static io.ecsoperator.localecs.Fixtures.registerWeb;
import static io.ecsoperator.localecs.Fixtures.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.Task;

/** A process that is killed at any moment leaves behind a world that knows all it was asked. */
class KilledProcessTest {
  private static final int ROUNDS = 3;
  private static final int WRITERS = 3;

  @TempDir private Path folder;

  @Test
  void whateverWasAnsweredIsThereAfterAKill() throws Exception {
    Random random = new Random(4);
    Set<String> answered = new ConcurrentSkipListSet<>();
    String before;
    try (Child first = new Child(folder.resolve("world"))) {
      first.client().createCluster(c -> c.clusterName("shop"));
      registerWeb(first.client());
      before = WorldDump.of(first.client());
    }
    for (int round = 0; round < ROUNDS; round++) {
      try (Child child = new Child(folder.resolve("world"))) {
        assertThat(WorldDump.of(child.client())).isEqualTo(before);
        writeUntilKilled(child, answered, random.nextInt(60));
      }
      try (Child child = new Child(folder.resolve("world"))) {
        assertThat(everything(child.client())).containsAll(answered);
        child.advance("PT20S");
        before = WorldDump.of(child.client());
      }
    }
    assertThat(answered).hasSizeGreaterThan(ROUNDS);
  }

  /** Several write at once; the process is killed after some of their answers. */
  private static void writeUntilKilled(Child child, Set<String> answered, int answers)
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

  private static void write(Child child, Set<String> answered, CountDownLatch left) {
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

  /** The runnable program in a process of its own. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final URI url;
    private final EcsClient client;
    private final HttpClient http = HttpClient.newHttpClient();

    Child(Path state) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "--port=0",
                  "--clock=virtual",
                  "--quotas=off",
                  "--state=" + state)
              .redirectErrorStream(true)
              .start();
      url = URI.create(awaitUrl(process.inputReader()));
      client =
          EcsClient.builder()
              .endpointOverride(url)
              .region(Region.US_EAST_1)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
              .httpClientBuilder(
                  Apache5HttpClient.builder()
                      .proxyConfiguration(
                          ProxyConfiguration.builder()
                              .useEnvironmentVariableValues(false)
                              .useSystemPropertyValues(false)
                              .build()))
              .overrideConfiguration(
                  c -> c.retryStrategy(StandardRetryStrategy.builder().maxAttempts(1).build()))
              .build();
    }

    private static String awaitUrl(BufferedReader output) throws IOException {
      StringBuilder seen = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("local-ecs is listening on ")) {
          return line.substring(line.lastIndexOf(' ') + 1);
        }
        seen.append(line).append('\n');
      }
      throw new IOException("local-ecs did not start: " + seen);
    }

    EcsClient client() {
      return client;
    }

    void advance(String by) throws IOException {
      try {
        http.send(
            HttpRequest.newBuilder(url.resolve("/_local/clock/advance"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"" + by + "\"}"))
                .build(),
            BodyHandlers.discarding());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    void kill() {
      process.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
      kill();
      process.onExit().join();
      client.close();
      http.close();
    }
  }
}
