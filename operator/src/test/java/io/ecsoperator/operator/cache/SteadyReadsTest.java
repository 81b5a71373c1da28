package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many reads per sweep pairs of a definition and a service take. */
class SteadyReadsTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:";
  private static final Duration WINDOW = Duration.ofMillis(30);
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final Duration BETWEEN_PASSES = SWEEP.multipliedBy(10);

  /** What the reconciliation of a converged definition asks for. */
  private static final EcsReader.Freshness OF_LIST =
      new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(50));

  private final VirtualTime time = new VirtualTime();
  private final List<Instant> reads = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final FakeEcs ecs = new FakeEcs().always(this::answer);
  private int definitions;
  private int services;
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, object -> {}, new SimpleMeterRegistry()),
          new EcsCache.Settings(
              WINDOW, Duration.ofSeconds(60), Duration.ofSeconds(5), SWEEP, Duration.ofMinutes(30)),
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  @Test
  void noSweepOfAThousandPairsTakesMoreThan105Reads() {
    live(1_000, 1_000);

    assertThat(mostReadsInASweep()).isBetween(101, 105);
    assertThat(counts.get("ListTaskDefinitions")).isGreaterThanOrEqualTo(20);
    assertThat(counts.get("ListServices")).isGreaterThanOrEqualTo(20);
    assertThat(counts.get("ListClusters")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aListOfOnePageIsReadWhenItIsNineSweepsOld() {
    live(20, 20);

    assertThat(counts.get("ListTaskDefinitions")).isBetween(6, 7);
    assertThat(mostReadsInASweep()).isLessThanOrEqualTo(3 + 2 + 1 + 1);
  }

  @Test
  void threeThousandDefinitionsTakeMoreThanAPageASweepEvenlySpread() {
    live(3_000, 0);

    assertThat(counts.get("ListTaskDefinitions")).isBetween(60, 76);
    assertThat(mostReadsInASweep()).isLessThanOrEqualTo(2 + 2);
  }

  /** An hour in which objects are reconciled as often as converged ones are. */
  private void live(int definitions, int services) {
    this.definitions = definitions;
    this.services = services;
    cache.start();
    readAll();
    time.pass(SWEEP.multipliedBy(2));
    readAll();
    reads.clear();
    counts.clear();
    for (int passes = 0; passes < 6; passes++) {
      time.pass(BETWEEN_PASSES);
      int before = reads.size();
      assertThat(readAll()).as("all revisions are active").isTrue();
      assertThat(reads).as("calls of a reconciliation").hasSize(before);
    }
  }

  private boolean readAll() {
    boolean allActive = true;
    for (int n = 0; n < definitions; n++) {
      ObjectKey definition = new ObjectKey("EcsTaskDefinition", "shop", "f" + n);
      allActive &=
          cache
              .readerFor(CallContext.of(Priority.SWEEP, definition))
              .isListed(Keys.taskDefinitionRef(ARN + "task-definition/f" + n + ":1"), OF_LIST);
    }
    List<CompletableFuture<Observation>> observations = new ArrayList<>();
    observations.add(read(Keys.cluster("c"), new ObjectKey("EcsCluster", "shop", "c")));
    for (int n = 0; n < services; n++) {
      ObjectKey service = new ObjectKey("EcsService", "shop", "s" + n);
      observations.add(read(Keys.service("c", "s" + n), service));
    }
    if (!observations.stream().allMatch(CompletableFuture::isDone)) {
      time.advance(WINDOW);
    }
    return allActive && observations.stream().allMatch(CompletableFuture::isDone);
  }

  private CompletableFuture<Observation> read(ResourceKey key, ObjectKey object) {
    return cache.read(
        key,
        new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(2)),
        CallContext.of(Priority.SWEEP, object));
  }

  /** The most in any time as long as a sweep, wherever it begins. */
  private int mostReadsInASweep() {
    int most = 0;
    int first = 0;
    for (int last = 0; last < reads.size(); last++) {
      while (!reads.get(first).plus(SWEEP).isAfter(reads.get(last))) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  private ObjectNode answer(Asked asked) {
    reads.add(time.instant());
    counts.merge(asked.operation(), 1, Integer::sum);
    return switch (asked.operation()) {
      case "ListTaskDefinitions" ->
          page(asked.request(), "taskDefinitionArns", "task-definition/f", ":1", definitions);
      case "ListServices" -> page(asked.request(), "serviceArns", "service/c/s", "", services);
      case "ListClusters" -> page(asked.request(), "clusterArns", "cluster/c", "", 1);
      case "DescribeServices" -> described(asked.request(), "service");
      case "DescribeClusters" -> described(asked.request(), "cluster");
      default -> throw new AssertionError("not expected: " + asked);
    };
  }

  private ObjectNode page(
      ObjectNode request, String member, String before, String after, int count) {
    int from = request.path("nextToken").asInt(0);
    int until = Math.min(count, from + request.path("maxResults").asInt());
    ObjectNode answer = tree("{}");
    answer.putArray(member);
    for (int n = from; n < until; n++) {
      answer.withArray(member).add(ARN + before + (count == 1 ? "" : n) + after);
    }
    return until < count ? answer.put("nextToken", Integer.toString(until)) : answer;
  }

  private static ObjectNode described(ObjectNode request, String kind) {
    ObjectNode answer = tree("{}");
    for (JsonNode name : request.path(kind + "s")) {
      answer
          .withArray(kind + "s")
          .addObject()
          .put(kind + "Arn", ARN + kind + "/" + name.asText())
          .put(kind + "Name", name.asText())
          .put("status", "ACTIVE")
          .withArray("deployments")
          .addObject()
          .put("rolloutState", "COMPLETED");
    }
    return answer;
  }
}
