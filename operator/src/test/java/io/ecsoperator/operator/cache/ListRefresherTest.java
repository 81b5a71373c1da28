package io.ecsoperator.operator.cache;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeEcs.Asked;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The cache refreshes lists by itself, a page at a time. */
class ListRefresherTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:task-definition/";
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final EcsReader.Freshness TEN_SWEEPS =
      new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(10));
  private static final EcsReader.Freshness FIFTY_SWEEPS =
      new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(50));
  private static final EcsReader.Freshness JUST_NOW =
      new EcsReader.Freshness.MaxAge(Duration.ofSeconds(1));
  private static final ObjectKey WEB = new ObjectKey("EcsTaskDefinition", "shop", "web");
  private static final ObjectKey API = new ObjectKey("EcsTaskDefinition", "shop", "api");

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs().always(this::answer);
  private final List<ObjectKey> enqueued = new ArrayList<>();
  private final Set<String> active = new TreeSet<>(List.of("web:1", "api:1"));
  private int pageSize = 100;
  private boolean down;
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(
              ecs, time, Keys.RESOURCES, enqueued::add, new SimpleMeterRegistry()),
          new EcsCache.Settings(
              Duration.ofMillis(30),
              Duration.ofSeconds(60),
              Duration.ofSeconds(5),
              SWEEP,
              Duration.ofMinutes(30)),
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  @Test
  void aReaderEveryTenSweepsFindsAListThatIsFreshEnough() {
    cache.start();
    assertThat(isActive(WEB, "web:1")).isTrue();

    for (int passes = 0; passes < 10; passes++) {
      time.pass(SWEEP.multipliedBy(10));
      int before = ecs.asked().size();
      assertThat(isActive(WEB, "web:1")).isTrue();
      assertThat(ecs.asked()).as("pass %s", passes).hasSize(before);
    }

    assertThat(ecs.operations()).containsOnly("ListTaskDefinitions").hasSizeBetween(11, 13);
    assertThat(ecs.asked().getLast().callContext()).isEqualTo(CallContext.of(Priority.CLEANUP));
    assertThat(enqueued).isEmpty();
  }

  @Test
  void anObjectIsEnqueuedWhenItsRevisionVanishesAndFindsItNotActive() {
    cache.start();
    isActive(WEB, "web:1");
    isActive(API, "api:1");

    active.remove("web:1");
    time.pass(SWEEP.multipliedBy(9).plusSeconds(1));

    assertThat(enqueued).containsExactly(WEB);
    assertThat(isActive(WEB, "web:1")).isFalse();
    assertThat(isActive(API, "api:1")).isTrue();
  }

  @Test
  void aRevisionThatThisOperatorDeregisteredEnqueuesNoObject() {
    cache.start();
    isActive(WEB, "web:1");
    cache
        .readerFor(CallContext.of(Priority.CHANGE, WEB))
        .read(Keys.taskDefinitionRef("web:1"), EcsReader.Freshness.NOW);
    active.remove("web:1");
    cache.wrote(
        WEB,
        "DeregisterTaskDefinition",
        tree("{'taskDefinition':'web:1'}"),
        tree("{'taskDefinition':" + revision("web:1", "INACTIVE") + "}"),
        time.instant());

    time.pass(SWEEP.multipliedBy(10));

    assertThat(enqueued).isEmpty();
  }

  @Test
  void aListThatFailsIsNoDeletionAndIsTriedAgainLater() {
    cache.start();
    isActive(WEB, "web:1");
    down = true;
    active.clear();

    time.pass(SWEEP.multipliedBy(12));
    assertThat(enqueued).isEmpty();
    assertThat(ecs.asked()).hasSizeBetween(4, 5);

    down = false;
    time.pass(SWEEP.multipliedBy(2));
    assertThat(enqueued).containsExactly(WEB);
  }

  @Test
  void aLongListIsReadAPageASweep() {
    threePages();

    time.pass(SWEEP.multipliedBy(9).minusSeconds(1));
    assertThat(ecs.asked()).hasSize(3);
    for (int page = 1; page <= 3; page++) {
      time.pass(Duration.ofSeconds(2));
      assertThat(ecs.asked()).as("page %s", page).hasSize(3 + page);
      time.pass(SWEEP.minusSeconds(2));
    }
  }

  @Test
  void aReaderThatNeedsAListNowGetsAllPagesAtOnce() {
    threePages();
    time.pass(SWEEP.multipliedBy(9).plusSeconds(1));

    active.remove("web:1");

    assertThat(ecs.asked()).hasSize(4);
    assertThat(
            cache
                .readerFor(CallContext.of(Priority.SWEEP, WEB))
                .isListed(Keys.taskDefinitionRef("web:1"), JUST_NOW))
        .isFalse();
    assertThat(ecs.asked()).hasSize(6);
  }

  @Test
  void nothingHasVanishedBeforeTheLastPage() {
    threePages();
    active.remove("web:1");

    time.pass(SWEEP.multipliedBy(9).plusSeconds(2));
    assertThat(ecs.asked()).hasSize(4);
    assertThat(enqueued).isEmpty();
    assertThat(isActive(WEB, "web:1", FIFTY_SWEEPS)).isTrue();

    time.pass(SWEEP);
    assertThat(enqueued).containsExactly(WEB);
    assertThat(isActive(WEB, "web:1", FIFTY_SWEEPS)).isFalse();
  }

  @Test
  void aPageThatFailsIsReadAgainAndNothingVanishesMeanwhile() {
    threePages();
    time.pass(SWEEP.multipliedBy(9).plusSeconds(1));

    down = true;
    time.pass(SWEEP);
    down = false;
    time.pass(SWEEP.multipliedBy(2));

    assertThat(enqueued).isEmpty();
    assertThat(ecs.asked().subList(4, 7))
        .extracting(asked -> asked.request().path("nextToken").asText())
        .containsExactly("1", "1", "2");
  }

  @Test
  void theAgeOfAListCountsFromItsFirstPage() {
    threePages();
    time.pass(SWEEP.multipliedBy(11).plusSeconds(1));
    assertThat(ecs.asked()).hasSize(6);

    assertThat(isActive(WEB, "web:1", new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(2))))
        .isTrue();

    assertThat(ecs.asked()).as("too old").hasSize(9);
  }

  @Test
  void pagesReadBeforeAChangeOfLeaderDoNotCount() {
    threePages();
    time.pass(SWEEP.multipliedBy(9).plusSeconds(1));
    cache.stop();
    active.remove("web:1");

    cache.start();
    time.pass(SWEEP.multipliedBy(5));
    assertThat(ecs.asked()).hasSize(4);

    assertThat(isActive(WEB, "web:1", FIFTY_SWEEPS)).isFalse();
    assertThat(ecs.asked()).hasSizeGreaterThan(4);
  }

  @Test
  void nothingIsListedThatNoObjectAskedFor() {
    cache.start();
    time.pass(Duration.ofHours(1));
    assertThat(ecs.asked()).isEmpty();

    isActive(WEB, "web:1");
    cache.forget(WEB);
    time.pass(Duration.ofHours(1));
    assertThat(ecs.asked()).hasSize(1);
  }

  @Test
  void aReplicaThatDoesNotLeadListsNothing() {
    cache.start();
    isActive(WEB, "web:1");
    cache.stop();

    time.pass(Duration.ofHours(1));

    assertThat(ecs.asked()).hasSize(1);
  }

  /** An object has asked for a list, which has three pages. */
  private void threePages() {
    active.addAll(List.of("web:1", "api:1", "job:1"));
    pageSize = 1;
    cache.start();
    assertThat(isActive(WEB, "web:1")).isTrue();
    assertThat(ecs.asked()).hasSize(3);
  }

  private boolean isActive(ObjectKey object, String revision) {
    return isActive(object, revision, TEN_SWEEPS);
  }

  private boolean isActive(ObjectKey object, String revision, EcsReader.Freshness freshness) {
    return cache
        .readerFor(CallContext.of(Priority.SWEEP, object))
        .isListed(Keys.taskDefinitionRef(ARN + revision), freshness);
  }

  private ObjectNode answer(Asked asked) {
    if (down) {
      throw AwsFailure.of(asked.operation(), FailureClass.TRANSIENT, "Down", "down");
    }
    ObjectNode answer = tree("{'taskDefinitionArns':[]}");
    if (asked.operation().equals("DescribeTaskDefinition")) {
      return tree("{'taskDefinition':" + revision("web:1", "ACTIVE") + ",'tags':[]}");
    }
    int from = asked.request().path("nextToken").asInt(0);
    int until = Math.min(active.size(), from + pageSize);
    List.copyOf(active)
        .subList(from, until)
        .forEach(revision -> answer.withArray("taskDefinitionArns").add(ARN + revision));
    return until < active.size() ? answer.put("nextToken", Integer.toString(until)) : answer;
  }

  private static String revision(String id, String status) {
    return "{'taskDefinitionArn':'" + ARN + id + "','revision':1,'status':'" + status + "'}";
  }
}
