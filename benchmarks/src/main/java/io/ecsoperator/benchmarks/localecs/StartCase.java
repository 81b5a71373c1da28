package io.ecsoperator.benchmarks.localecs;

import io.ecsoperator.benchmarks.BenchmarkCase;
import io.ecsoperator.benchmarks.Latencies;
import io.ecsoperator.benchmarks.LocalEcsProcess;
import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Start of the runnable jar: from the start of its process to its first answer. */
public final class StartCase implements BenchmarkCase {
  private static final int ROUNDS = 10;
  private static final double LIMIT_MILLIS = 1000;

  @Override
  public String name() {
    return "local-ecs-start";
  }

  @Override
  public String description() {
    return "`java -jar local-ecs.jar`, from the start of the process to the answer to CreateCluster";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      // The first start reads the jars from disk and warms up the client.
      start(client, setting.project());
      long[] nanos = new long[ROUNDS];
      long[] processorNanos = new long[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        Start start = start(client, setting.project());
        nanos[i] = start.nanos();
        processorNanos[i] = start.processorTime().toNanos();
      }
      Latencies latencies = Latencies.ofNanos(nanos);
      return List.of(
          Measure.of("start to first answer, median", latencies.percentile(50), Unit.MILLISECONDS),
          Measure.below(
              LIMIT_MILLIS,
              "start to first answer, slowest of " + ROUNDS,
              latencies.percentile(100),
              Unit.MILLISECONDS),
          Measure.of(
              "processor time until then, all cores, median",
              Latencies.ofNanos(processorNanos).percentile(50),
              Unit.MILLISECONDS));
    }
  }

  /** The time to the first answer. */
  private record Start(long nanos, Duration processorTime) {}

  private static Start start(HttpClient client, Path project)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (LocalEcsProcess process = LocalEcsProcess.start(project, List.of())) {
      HttpResponse<String> answer =
          client.send(createCluster(process.url()), HttpResponse.BodyHandlers.ofString());
      long nanos = System.nanoTime() - start;
      if (answer.statusCode() != 200) {
        throw new IOException("local-ecs answered " + answer.body());
      }
      return new Start(nanos, process.processorTime());
    }
  }

  private static HttpRequest createCluster(URI endpoint) {
    return HttpRequest.newBuilder(endpoint)
        .header("Content-Type", "application/x-amz-json-1.1")
        .header("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.CreateCluster")
        .POST(HttpRequest.BodyPublishers.ofString("{\"clusterName\": \"first\"}"))
        .build();
  }
}
