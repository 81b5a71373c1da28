package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the cache reads after hints that something has changed in ECS. */
class HintedReadsTest {
  private static final ObjectKey OBJECT = new ObjectKey("EcsTask", "shop", "job");
  private static final String CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/c";
  private static final String TASK = "arn:aws:ecs:eu-central-1:123456789012:task/c/t1";
  private static final String SERVICE = "arn:aws:ecs:eu-central-1:123456789012:service/c/web";
  private static final ObjectNode NO_DETAIL = tree("{}");

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs().always(this::describe);
  private final List<ObjectKey> enqueued = new ArrayList<>();
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
          EcsCache.Settings.defaults(),
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  private long version = 1;
  private int running = 1;

  /** The calls before the hints. */
  private int before;

  @BeforeEach
  void objectsWantATaskAndAService() {
    want(Keys.task("c", "t1"));
    want(Keys.service("c", "web"));
    before = ecs.asked().size();
  }

  @Test
  void aNewerVersionIsReadAndEnqueuesTheObjects() {
    version = 2;

    CompletableFuture<Void> done = cache.changed(TASK, 2, NO_DETAIL);
    time.pass(Duration.ofMillis(50));

    assertThat(done).isDone();
    assertThat(enqueued).containsExactly(OBJECT);
    assertThat(reads("DescribeTasks")).isOne();
  }

  @Test
  void aVersionThatTheCacheHasOrAResourceThatNoObjectAsksForCostsNoRead() {
    assertThat(cache.changed(TASK, 1, NO_DETAIL)).isDone();
    assertThat(cache.changed(TASK.replace("t1", "t2"), 9, NO_DETAIL)).isDone();
    assertThat(cache.changed("no ARN", 9, NO_DETAIL)).isDone();
    assertThat(cache.called("RunTask", tree("{'cluster':'c','taskDefinition':'other'}"))).isDone();
    assertThat(cache.called("CreateDaemon", NO_DETAIL)).isDone();
    time.pass(Duration.ofSeconds(3));

    assertThat(ecs.asked()).hasSize(before);
  }

  @Test
  void aReadThatLagsIsRepeatedUntilItShowsTheVersion() {
    CompletableFuture<Void> done = cache.changed(TASK, 2, NO_DETAIL);
    time.pass(Duration.ofMillis(1500));
    assertThat(done).isNotDone();
    assertThat(reads("DescribeTasks")).isEqualTo(2);

    version = 2;
    time.pass(Duration.ofSeconds(2));

    assertThat(done).isDone();
    assertThat(reads("DescribeTasks")).isEqualTo(3);
    time.pass(Duration.ofSeconds(20));
    assertThat(reads("DescribeTasks")).isEqualTo(3);
  }

  @Test
  void aVersionThatNoReadShowsIsGivenUpAfterFourReads() {
    CompletableFuture<Void> done = cache.changed(TASK, 99, NO_DETAIL);
    time.pass(Duration.ofSeconds(30));

    assertThat(done).isDone();
    assertThat(reads("DescribeTasks")).isEqualTo(4);
  }

  @Test
  void aHundredHintsInASecondCostTwoReads() {
    running = 2;
    for (int i = 0; i < 100; i++) {
      cache.changed(SERVICE, 0, NO_DETAIL);
      time.pass(Duration.ofMillis(10));
    }
    time.pass(Duration.ofSeconds(1));

    assertThat(reads("DescribeServices")).isEqualTo(2);
    assertThat(enqueued).containsExactly(OBJECT);
  }

  @Test
  void aChangeAfterTheReadOfAnEarlierHintIsReadToo() {
    cache.changed(SERVICE, 0, NO_DETAIL);
    time.pass(Duration.ofMillis(35));
    running = 5;
    cache.changed(SERVICE, 0, NO_DETAIL);
    time.pass(Duration.ofMillis(1100));

    assertThat(enqueued).containsExactly(OBJECT);
  }

  @Test
  void aTaskOfAServiceAndACallHintAtTheService() {
    running = 2;
    cache.changed(
        TASK.replace("t1", "t7"),
        3,
        tree("{'group':'service:web','clusterArn':'" + CLUSTER + "'}"));
    time.pass(Duration.ofSeconds(1));
    assertThat(enqueued).containsExactly(OBJECT);

    running = 3;
    cache.called("UpdateService", tree("{'cluster':'c','service':'web','desiredCount':3}"));
    time.pass(Duration.ofSeconds(1));
    assertThat(enqueued).hasSize(2);
  }

  /** Each event is handed on at least once, some twice, in any order. */
  @Property(tries = 40)
  void eventsTwiceAndInDisorderEndInTheNewestVersion(@ForAll long seed) {
    HintedReadsTest world = new HintedReadsTest();
    world.objectsWantATaskAndAService();
    Random random = new Random(seed);
    List<Long> events = new ArrayList<>();
    for (long changed = 2; changed <= 50; changed++) {
      events.add(changed);
      if (random.nextInt(5) == 0) {
        events.add(changed);
      }
    }
    Collections.shuffle(events, random);
    List<CompletableFuture<Void>> effects = new ArrayList<>();
    for (long event : events) {
      world.version = Math.max(world.version, event);
      effects.add(world.cache.changed(TASK, event, NO_DETAIL));
      world.time.pass(Duration.ofMillis(random.nextInt(400)));
    }
    world.time.pass(Duration.ofSeconds(10));

    assertThat(effects).allMatch(CompletableFuture::isDone);
    Observation stored =
        world
            .cache
            .read(
                Keys.task("c", "t1"),
                EcsReader.Freshness.ANY,
                CallContext.of(Priority.CHANGE, OBJECT))
            .join();
    assertThat(((Observation.Present) stored).tree().path("version").asLong()).isEqualTo(50);
  }

  private void want(ResourceKey key) {
    CompletableFuture<Observation> observation =
        cache.read(key, EcsReader.Freshness.NOW, CallContext.of(Priority.CHANGE, OBJECT));
    time.pass(Duration.ofMillis(50));
    assertThat(observation).isDone();
  }

  private long reads(String operation) {
    return ecs.operations().stream().skip(before).filter(operation::equals).count();
  }

  private ObjectNode describe(Asked asked) {
    return switch (asked.operation()) {
      case "DescribeTasks" ->
          tree(
              "{'tasks':[{'taskArn':'%s','lastStatus':'RUNNING','version':%d}]}"
                  .formatted(TASK, version));
      case "DescribeServices" ->
          tree(
              "{'services':[{'serviceArn':'%s','serviceName':'web','status':'ACTIVE','runningCount':%d}]}"
                  .formatted(SERVICE, running));
      default -> throw new IllegalStateException(asked.operation());
    };
  }
}
