package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the cache reads on its own: how often, in how many calls, and which objects it enqueues. */
class SweepTest {
  private static final Duration WINDOW = Duration.ofMillis(30);
  private static final Duration FOLLOW = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final EcsReader.Freshness STALE =
      new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(2));

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs().always(this::describe);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<ObjectKey> enqueued = new ArrayList<>();
  private final Map<String, List<Instant>> readAt = new HashMap<>();
  private final Map<String, String> rollouts = new HashMap<>();
  private boolean down;

  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(ecs, time, Keys.RESOURCES, enqueued::add, metrics),
          new EcsCache.Settings(
              WINDOW, Duration.ofSeconds(60), FOLLOW, SWEEP, Duration.ofMinutes(30)),
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  @Property(tries = 30)
  void unchangingResourcesAreReadOnceInEachIntervalByFullCalls(
      @ForAll @IntRange(min = 1, max = 300) int services) {
    SweepTest world = new SweepTest();
    world.cache.start();
    world.want(services);
    world.pass(SWEEP.multipliedBy(2));
    int before = world.described().size();

    world.pass(SWEEP.multipliedBy(10));

    int calls = world.described().size() - before;
    // The interval is a little shorter than asked for, so that changes are reported in time.
    int most = Math.ceilDiv(services, 10) * 10 * 60 / 59 + 2;
    assertThat(calls).isLessThanOrEqualTo(most);
    assertThat(world.longestUnread(SWEEP.multipliedBy(2)))
        .isLessThanOrEqualTo(SWEEP.plusSeconds(1));
  }

  @Test
  void aThousandServicesTakeAHundredCallsSpreadOverTheMinute() {
    cache.start();
    want(1000);
    pass(SWEEP.multipliedBy(2));
    int before = described().size();

    List<Integer> bySecond = new ArrayList<>();
    for (int second = 0; second < 60; second++) {
      int asked = described().size();
      pass(Duration.ofSeconds(1));
      bySecond.add(described().size() - asked);
    }

    assertThat(described().size() - before).isBetween(99, 103);
    assertThat(bySecond).allMatch(calls -> calls <= 3);
  }

  @ParameterizedTest
  @CsvSource({
    "cluster, 250, 3",
    "task, 250, 3",
    "task, 100, 1",
    "service, 25, 3",
    "container_instance, 250, 3",
    "capacity_provider, 25, 3"
  })
  void eachResourceIsReadInCallsOfAsManyAsEcsTakes(String resource, int count, int callsInASweep) {
    cache.start();
    want(resource, count);
    pass(SWEEP.multipliedBy(2));
    int before = described().size();

    pass(SWEEP.multipliedBy(10));

    assertThat(described().size() - before)
        .isBetween(10 * callsInASweep - 1, 10 * callsInASweep + 1 + callsInASweep);
    assertThat(described().subList(before, described().size()))
        .extracting(Asked::operation)
        .containsOnly(Keys.RESOURCES.named(resource).describe().operation());
  }

  @Test
  void aChangeEnqueuesTheObjectsThatWatchAndNoOther() {
    cache.start();
    want(20);

    rollouts.put("s7", "IN_PROGRESS");
    pass(SWEEP);

    assertThat(enqueued).containsExactly(object("s7"));
  }

  @Test
  void noObjectIsEnqueuedWhileNothingChanges() {
    cache.start();
    want(20);

    pass(Duration.ofHours(1));

    assertThat(enqueued).isEmpty();
  }

  @Test
  void aDeletionEnqueuesToo() {
    cache.start();
    want(3);

    rollouts.put("s1", "GONE");
    pass(SWEEP);

    assertThat(enqueued).containsExactly(object("s1"));
  }

  @Test
  void resourcesThatEcsIsChangingAreReadTogether() {
    rollouts.put("s0", "IN_PROGRESS");
    rollouts.put("s1", "IN_PROGRESS");
    cache.start();
    want(2);
    int before = described().size();

    pass(Duration.ofSeconds(30));

    assertThat(described().size() - before).isBetween(5, 6);
    assertThat(described().getLast().request().path("services")).hasSize(2);
  }

  @Test
  void aChangingResourceThatHasNotChangedForLongIsReadLessOften() {
    rollouts.put("s0", "IN_PROGRESS");
    cache.start();
    want(1);
    pass(Duration.ofMinutes(15));
    int before = described().size();

    pass(Duration.ofMinutes(10));

    assertThat(described().size() - before).isBetween(9, 11);
  }

  @Test
  void resourcesThatNoObjectWatchesAreNotRead() {
    cache.start();
    want(1);
    cache.forget(object("s0"));
    int before = described().size();

    pass(SWEEP.multipliedBy(3));

    assertThat(described()).hasSize(before);
  }

  @Test
  void aResourceThatNoObjectAsksForAgainIsForgotten() {
    cache.start();
    want(1);
    pass(Duration.ofMinutes(31));
    int before = described().size();

    pass(SWEEP.multipliedBy(3));

    assertThat(described()).hasSize(before);
  }

  @Test
  void afterAStopNothingIsRead() {
    cache.start();
    want(1);
    cache.stop();
    int before = described().size();

    pass(SWEEP.multipliedBy(3));

    assertThat(described()).hasSize(before);
  }

  @Test
  void aFailedSweepDeletesNothingAndEnqueuesOnlyWhenObservationsHaveBecomeOld() {
    cache.start();
    want(1);
    down = true;
    pass(SWEEP.plusSeconds(50));
    assertThat(enqueued).isEmpty();
    assertThat(read("s0", STALE)).isInstanceOf(Observation.Present.class);

    pass(SWEEP);

    assertThat(enqueued).contains(object("s0"));
    assertThat(read("s0", STALE)).isInstanceOf(Observation.Unknown.class);
  }

  @Test
  void sweepsHaveALowerPriorityThanReadsThatObjectsWaitFor() {
    rollouts.put("s1", "IN_PROGRESS");
    cache.start();
    want(2);
    int before = described().size();

    pass(SWEEP);

    assertThat(described().subList(before, described().size()))
        .extracting(asked -> asked.callContext().priority())
        .contains(Priority.SWEEP, Priority.ROLLOUT)
        .doesNotContain(Priority.CHANGE);
  }

  @Test
  void aSweepLastsUntilItsLastReadIsAnswered() {
    cache.start();
    want(25);
    time.hold();
    pass(SWEEP.multipliedBy(2));
    assertThat(metrics.find("ecs.operator.cache.sweep").timers()).isEmpty();

    time.release();

    Timer sweeps = metrics.get("ecs.operator.cache.sweep").tag("kind", "service").timer();
    assertThat(sweeps.count()).isEqualTo(3);
    assertThat(sweeps.max(TimeUnit.SECONDS)).isGreaterThan(30);
  }

  /** All calls except lists, which {@link ListRefresherTest} tests. */
  private List<Asked> described() {
    return ecs.asked().stream().filter(asked -> asked.operation().startsWith("Describe")).toList();
  }

  private void want(int services) {
    want("service", services);
  }

  private void want(String resource, int count) {
    List<CompletableFuture<Observation>> observations = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      String name = "s" + n;
      ResourceKey key = Keys.key(resource, name);
      observations.add(
          cache.read(key, EcsReader.Freshness.NOW, CallContext.of(Priority.CHANGE, object(name))));
    }
    time.advance(WINDOW);
    assertThat(observations).allMatch(CompletableFuture::isDone);
  }

  private Observation read(String name, EcsReader.Freshness freshness) {
    CompletableFuture<Observation> observation =
        cache.read(
            Keys.service("c", name), freshness, CallContext.of(Priority.CHANGE, object(name)));
    time.advance(WINDOW);
    return observation.join();
  }

  private void pass(Duration duration) {
    Duration step = Duration.ofMillis(250);
    for (Duration gone = Duration.ZERO; gone.compareTo(duration) < 0; gone = gone.plus(step)) {
      time.advance(step);
    }
  }

  private Duration longestUnread(Duration from) {
    Instant start = readAt.values().stream().map(List::getFirst).min(Instant::compareTo).get();
    return readAt.values().stream()
        .flatMap(
            reads -> {
              List<Instant> late =
                  reads.stream().filter(at -> at.isAfter(start.plus(from))).toList();
              List<Duration> gaps = new ArrayList<>();
              for (int i = 1; i < late.size(); i++) {
                gaps.add(Duration.between(late.get(i - 1), late.get(i)));
              }
              return gaps.stream();
            })
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static ObjectKey object(String name) {
    return new ObjectKey("EcsService", "shop", name);
  }

  private ObjectNode describe(Asked asked) {
    if (down) {
      throw AwsFailure.of(asked.operation(), FailureClass.TRANSIENT, "Down", "down");
    }
    return switch (asked.operation()) {
      case "ListClusters", "ListServices" ->
          throw AwsFailure.of(asked.operation(), FailureClass.BLOCKED, "AccessDenied", "no lists");
      case "DescribeClusters" -> describing(asked, "cluster");
      case "DescribeTasks" -> describing(asked, "task");
      case "DescribeContainerInstances" -> describing(asked, "containerInstance");
      case "DescribeCapacityProviders" -> describing(asked, "capacityProvider");
      default -> services(asked);
    };
  }

  /** Describes all that the request names, as unchanging. */
  private static ObjectNode describing(Asked asked, String kind) {
    ObjectNode answer = tree("{'failures':[]}");
    for (JsonNode name : asked.request().path(kind + "s")) {
      answer
          .withArray(kind + "s")
          .addObject()
          .put(kind + "Arn", "arn:aws:ecs:eu-central-1:1:" + kind + "/" + name.asText())
          .put(kind + "Name", name.asText())
          .put("status", "ACTIVE")
          .put("lastStatus", "STOPPED");
    }
    return answer;
  }

  private ObjectNode services(Asked asked) {
    ObjectNode answer = tree("{'services':[],'failures':[]}");
    for (JsonNode name : asked.request().path("services")) {
      readAt.computeIfAbsent(name.asText(), first -> new ArrayList<>()).add(time.instant());
      String rollout = rollouts.getOrDefault(name.asText(), "COMPLETED");
      if (rollout.equals("GONE")) {
        answer.withArray("failures").addObject().put("arn", name.asText()).put("reason", "MISSING");
      } else {
        answer
            .withArray("services")
            .addObject()
            .put("serviceName", name.asText())
            .put("serviceArn", "arn:" + name.asText())
            .put("status", "ACTIVE")
            .withArray("deployments")
            .addObject()
            .put("rolloutState", rollout);
      }
    }
    return answer;
  }
}
