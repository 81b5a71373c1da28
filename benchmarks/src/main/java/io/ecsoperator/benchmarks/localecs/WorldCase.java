package io.ecsoperator.benchmarks.localecs;

import io.ecsoperator.benchmarks.BenchmarkCase;
import io.ecsoperator.benchmarks.Heap;
import io.ecsoperator.benchmarks.Latencies;
import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Stopwatch;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.localecs.LocalEcs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ecs.EcsClient;

/** A large world: how fast it answers, how fast its time passes, and how much memory it needs. */
public final class WorldCase implements BenchmarkCase {
  private static final int WARM_UP = 2_000;
  private static final int ROUNDS = 5_000;
  private static final double DESCRIBE_LIMIT_MILLIS = 5;
  private static final double HOUR_LIMIT_SECONDS = 10;
  private static final double HEAP_LIMIT_MEBIBYTES = 1024;

  @Override
  public String name() {
    return "local-ecs-world";
  }

  @Override
  public String description() {
    return "one world with 10,000 services and 20,000 simulated tasks, asked in process by an"
        + " SDK client";
  }

  @Override
  public List<String> flags() {
    // With G1, whose threads share the two cores, a describe of 100 tasks takes up to 11 ms.
    return List.of("-XX:+UseSerialGC", "-Xmx1g", "-Xmn400m");
  }

  @Override
  public List<Measure> run(Setting setting) {
    List<Measure> measures = new ArrayList<>();
    Stopwatch filling = Stopwatch.start();
    try (LocalEcs ecs = LocalEcs.start(LargeWorld.options())) {
      LargeWorld.fill(ecs);
      measures.add(Measure.of("create and bring up all services", filling.seconds(), Unit.SECONDS));
      measures.addAll(describes(ecs.client()));
      Stopwatch hour = Stopwatch.start();
      ecs.advance(Duration.ofHours(1));
      measures.add(
          Measure.below(
              HOUR_LIMIT_SECONDS,
              "an hour of virtual time, all tasks steady",
              hour.seconds(),
              Unit.SECONDS));
      measures.add(
          Measure.below(
              HEAP_LIMIT_MEBIBYTES,
              "heap in use after garbage collection",
              Heap.usedMebibytes(),
              Unit.MEBIBYTES));
    }
    return measures;
  }

  private static List<Measure> describes(EcsClient client) {
    String cluster = LargeWorld.CLUSTERS.getFirst();
    List<String> services = LargeWorld.tenServices();
    List<String> tasks = LargeWorld.hundredTasks(client);
    List<Measure> measures = new ArrayList<>();
    describe(
        measures,
        "DescribeServices of 10",
        () -> client.describeServices(d -> d.cluster(cluster).services(services)));
    describe(
        measures,
        "DescribeTasks of 100",
        () -> client.describeTasks(d -> d.cluster(cluster).tasks(tasks)));
    describe(
        measures,
        "DescribeClusters of 2",
        () -> client.describeClusters(d -> d.clusters(LargeWorld.CLUSTERS)));
    return measures;
  }

  private static void describe(List<Measure> measures, String what, Runnable call) {
    Latencies latencies = Latencies.of(WARM_UP, ROUNDS, call);
    measures.add(Measure.of(what + ", p50", latencies.percentile(50), Unit.MILLISECONDS));
    measures.add(
        Measure.below(
            DESCRIBE_LIMIT_MILLIS, what + ", p99", latencies.percentile(99), Unit.MILLISECONDS));
  }
}
