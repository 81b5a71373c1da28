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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What lists show: resources that no object asks for, and resources that are gone. */
class ListCheckTest {
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:";
  private static final Duration WINDOW = Duration.ofMillis(30);
  private static final Duration SWEEP = Duration.ofSeconds(60);
  private static final EcsReader.Freshness RECENT =
      new EcsReader.Freshness.MaxAge(SWEEP.multipliedBy(2));

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs().always(this::answer);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<ObjectKey> enqueued = new ArrayList<>();
  private final Map<String, Set<String>> services = new HashMap<>();

  /** Services that lists omit although they exist: lists may be late. */
  private final Set<String> unlisted = new TreeSet<>();

  private final Set<String> denied = new TreeSet<>();
  private final EcsCache cache =
      new EcsCache(
          new EcsCache.Dependencies(ecs, time, Keys.RESOURCES, enqueued::add, metrics),
          new EcsCache.Settings(
              WINDOW, Duration.ofSeconds(60), Duration.ofSeconds(5), SWEEP, Duration.ofMinutes(30)),
          new EcsCache.Execution(new Random(1), time.executor(), time::after));

  @BeforeEach
  void start() {
    services.put("main", new TreeSet<>(Set.of("api", "web", "old")));
    services.put("lab", new TreeSet<>(Set.of("test", "try")));
    cache.start();
    want("main", "api");
    want("main", "web");
  }

  @Test
  void servicesThatNoObjectAsksForAreUnmanagedInWatchedClusters() {
    time.pass(SWEEP.multipliedBy(4));

    assertThat(unmanaged("service")).isEqualTo(1);
    assertThat(unmanaged("cluster")).as("lab").isEqualTo(1);
    assertThat(ecs.asked())
        .filteredOn(asked -> asked.operation().equals("ListServices"))
        .extracting(asked -> asked.request().toString())
        .containsOnly(tree("{'cluster':'main','maxResults':100}").toString());
  }

  @Test
  void aResourceThatAnObjectAsksForIsNotUnmanagedAnyMore() {
    time.pass(SWEEP.multipliedBy(4));
    want("main", "old");
    want("lab", "try");

    assertThat(unmanaged("service")).isZero();
    assertThat(unmanaged("cluster")).isZero();
    time.pass(SWEEP.multipliedBy(4));
    assertThat(unmanaged("service")).as("test").isEqualTo(1);
  }

  @Test
  void aResourceThatAnObjectLeavesBehindIsUnmanagedFromTheNextListOn() {
    time.pass(SWEEP.multipliedBy(4));

    cache.forget(object("web"));
    time.pass(SWEEP.multipliedBy(10));

    assertThat(unmanaged("service")).isEqualTo(2);
  }

  @Test
  void familiesThatNoObjectAsksForAreUnmanaged() {
    cache
        .readerFor(CallContext.of(Priority.SWEEP, object("web")))
        .isListed(Keys.taskDefinitionRef(ARN + "task-definition/web:2"), RECENT);
    time.pass(SWEEP);

    assertThat(unmanaged("task_definition")).isEqualTo(1);
  }

  @Test
  void aServiceThatAListDoesNotShowIsReadAndItsObjectEnqueued() {
    time.pass(SWEEP.multipliedBy(3));
    services.get("main").remove("web");

    time.pass(SWEEP.multipliedBy(10));

    assertThat(enqueued).containsExactly(object("web"));
    assertThat(read("main", "web")).isEqualTo(new Observation.Absent());
  }

  @Test
  void aServiceThatIsOnlyMissingFromAListIsNotGone() {
    unlisted.add("web");

    time.pass(SWEEP.multipliedBy(30));

    assertThat(enqueued).isEmpty();
    assertThat(read("main", "web")).isInstanceOf(Observation.Present.class);
  }

  @Test
  void aServiceThatIsMissingFromAListIsReadAloneBeforeTheSweepComesToIt() {
    time.pass(SWEEP.multipliedBy(2).minusSeconds(1));
    assertThat(ecs.operations()).doesNotContain("ListServices");
    services.get("main").remove("web");

    time.pass(Duration.ofSeconds(2));

    assertThat(ecs.asked())
        .endsWith(
            new Asked("ListServices", tree("{'cluster':'main','maxResults':100}")),
            new Asked(
                "DescribeServices",
                tree("{'services':['web'],'cluster':'main','include':['TAGS']}")));
    assertThat(enqueued).containsExactly(object("web"));
  }

  @Test
  void aListThatEcsRefusesDoesNotKeepOthersFromBeingRead() {
    denied.add("ListServices");

    time.pass(SWEEP.multipliedBy(20));

    assertThat(ecs.operations()).filteredOn("ListServices"::equals).hasSizeBetween(2, 3);
    assertThat(ecs.operations()).filteredOn("ListClusters"::equals).hasSizeBetween(2, 3);
    assertThat(unmanaged("service")).isZero();
    assertThat(enqueued).isEmpty();
  }

  @Test
  void aReplicaThatDoesNotLeadCountsNoUnmanagedResources() {
    time.pass(SWEEP.multipliedBy(4));
    assertThat(unmanaged("service")).isPositive();

    cache.stop();

    assertThat(unmanaged("service")).isZero();
    assertThat(unmanaged("cluster")).isZero();
    assertThat(unmanaged("task_definition")).isZero();
  }

  private void want(String cluster, String service) {
    assertThat(read(cluster, service)).isInstanceOf(Observation.Present.class);
  }

  private Observation read(String cluster, String service) {
    CompletableFuture<Observation> observation =
        cache.read(
            Keys.service(cluster, service),
            RECENT,
            CallContext.of(Priority.SWEEP, object(service)));
    if (!observation.isDone()) {
      time.advance(WINDOW);
    }
    return observation.join();
  }

  private double unmanaged(String kind) {
    return metrics.get("ecs.operator.unmanaged.resources").tag("kind", kind).gauge().value();
  }

  private static ObjectKey object(String name) {
    return new ObjectKey("EcsService", "shop", name);
  }

  private ObjectNode answer(Asked asked) {
    if (denied.contains(asked.operation())) {
      throw AwsFailure.of(asked.operation(), FailureClass.BLOCKED, "AccessDenied", "denied");
    }
    ObjectNode answer = tree("{}");
    switch (asked.operation()) {
      case "ListClusters" ->
          services
              .keySet()
              .forEach(name -> answer.withArray("clusterArns").add(ARN + "cluster/" + name));
      case "ListServices" -> {
        String cluster = asked.request().path("cluster").asText();
        services.get(cluster).stream()
            .filter(name -> !unlisted.contains(name))
            .forEach(
                name ->
                    answer.withArray("serviceArns").add(ARN + "service/" + cluster + "/" + name));
      }
      case "ListTaskDefinitions" ->
          answer
              .withArray("taskDefinitionArns")
              .add(ARN + "task-definition/web:2")
              .add(ARN + "task-definition/job:1")
              .add(ARN + "task-definition/job:2");
      default -> asked.request().path("services").forEach(name -> describe(asked, name, answer));
    }
    return answer;
  }

  private void describe(Asked asked, JsonNode name, ObjectNode answer) {
    if (services.get(asked.request().path("cluster").asText()).contains(name.asText())) {
      answer
          .withArray("services")
          .addObject()
          .put("serviceName", name.asText())
          .put("serviceArn", ARN + "service/main/" + name.asText())
          .put("status", "ACTIVE")
          .withArray("deployments")
          .addObject()
          .put("rolloutState", "COMPLETED");
    } else {
      answer.withArray("failures").addObject().put("arn", name.asText()).put("reason", "MISSING");
    }
  }
}
