package io.ecsoperator.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.operator.FakeEcs;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes whose effect ECS does not show, and changes that another manager undoes. */
class RepeatedWritesTest {
  private static final Timing TIMING = TestKinds.TIMING;
  private static final Duration FLIP = Duration.ofSeconds(5);

  private final VirtualTime time = new VirtualTime();
  private final FakeEcs ecs = new FakeEcs();
  private final FakeReader reader = new FakeReader();

  /** The fields of the resource, as the spec wants them and as ECS shows them. */
  private final Map<String, String> spec = new TreeMap<>();

  private final Map<String, String> shown = new TreeMap<>();

  /** Fields that ECS accepts and does not change. */
  private final Set<String> stuck = new HashSet<>();

  private Wanted object = Wanted.cluster("{}");
  private EcsClusterStatus status = new ScriptedKind().emptyStatus();
  private Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> operator;

  @BeforeEach
  void start() {
    operator = startedOperator();
    ecs.always(
        asked -> {
          asked
              .request()
              .properties()
              .forEach(
                  member -> {
                    if (!stuck.contains(member.getKey())) {
                      shown.put(member.getKey(), member.getValue().asText());
                    }
                  });
          return JsonNodeFactory.instance.objectNode();
        });
  }

  @Test
  void changeByHandIsCorrectedAtOnce() {
    spec.put("count", "2");
    reconcile();
    for (int hand = 0; hand < 3; hand++) {
      time.advance(Duration.ofMinutes(1));
      shown.put("count", "7");

      reconcile();

      assertThat(shown).containsEntry("count", "2");
      assertThat(condition("Ready")).isEqualTo("True/Reconciled");
    }
  }

  @Test
  void changeWhoseEffectDoesNotShowIsSentWithGrowingPausesAndThenReported() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    List<Instant> sent = new ArrayList<>();

    for (int second = 0; second < 200; second++) {
      int before = writes();
      reconcile();
      if (writes() > before) {
        sent.add(time.instant());
      }
      time.advance(Duration.ofSeconds(1));
    }

    List<Duration> pauses = new ArrayList<>();
    for (int i = 1; i < sent.size(); i++) {
      pauses.add(Duration.between(sent.get(i - 1), sent.get(i)));
    }
    assertThat(pauses)
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40));
    assertThat(writes()).isEqualTo(5);
    assertThat(condition("Stalled")).isEqualTo("True/NotTakingEffect");
    assertThat(message("Stalled"))
        .contains("launchType (wanted: \"EC2\", shown: none)")
        .contains("reconcile-requested-at");
  }

  @Test
  void changeWhoseEffectDoesNotShowYetIsNoReasonToAct() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");

    ReconcileResult<EcsClusterStatus> result = reconcile();

    assertThat(condition("Reconciling")).isEqualTo("True/Updating");
    assertThat(message("Reconciling")).contains("does not show its effect yet: launchType");
    assertThat(result.requeueAfter()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
  }

  @Test
  void changeWhoseEffectDoesNotShowIsSentOnceAnHourInTheEnd() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    every(Duration.ofSeconds(10), Duration.ofMinutes(30));
    int first = writes();

    every(Duration.ofSeconds(10), Duration.ofHours(5));

    assertThat(first).isEqualTo(5);
    assertThat(writes() - first).isBetween(4, 5);
  }

  @Test
  void countOutlivesARestart() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    for (int i = 0; i < 60; i++) {
      operator = startedOperator();
      reconcile();
      time.advance(Duration.ofSeconds(10));
    }

    assertThat(writes()).isEqualTo(5);
    assertThat(condition("Stalled")).isEqualTo("True/NotTakingEffect");
  }

  @Test
  void anotherValueAndARequestedReconcileAreTriedAtOnce() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    every(Duration.ofSeconds(10), Duration.ofMinutes(5));
    int stalled = writes();

    object = object.changedTo("{'clusterName':'web'}");
    spec.put("launchType", "FARGATE");
    reconcile();
    assertThat(writes()).isEqualTo(stalled + 1);
    spec.put("launchType", "EC2");
    reconcile();
    assertThat(writes()).isEqualTo(stalled + 2);

    every(Duration.ofSeconds(10), Duration.ofMinutes(5));
    stalled = writes();
    object = object.annotated("reconcile-requested-at", "noon");
    reconcile();
    assertThat(writes()).isEqualTo(stalled + 1);
    reconcile();
    assertThat(writes()).isEqualTo(stalled + 1);
  }

  @Test
  void aChangeThatWasGivenUpIsTriedAgainAfterTheSpecWantedAnotherValue() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    every(Duration.ofSeconds(10), Duration.ofMinutes(5));
    int stalled = writes();

    spec.remove("launchType");
    reconcile();
    spec.put("launchType", "EC2");
    reconcile();

    assertThat(writes()).isEqualTo(stalled + 1);
  }

  /** The count may be written by a HorizontalPodAutoscaler. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aGenerationWithAnotherCountIsNoNewAttemptForOtherFields(boolean forced) {
    spec.put("strategy", "FARGATE");
    stuck.add("strategy");
    if (forced) {
      spec.put("forceNewDeployment", "true");
      stuck.add("forceNewDeployment");
    }
    int scaled = 0;

    for (int i = 0; i < 120; i++) {
      object = object.changedTo("{'clusterName':'web" + i + "'}");
      spec.put("count", String.valueOf(i % 3));
      reconcile();
      assertThat(shown).containsEntry("count", String.valueOf(i % 3));
      scaled++;
      time.advance(Duration.ofSeconds(15));
    }

    assertThat(writes() - scaled).isLessThanOrEqualTo(5);
    assertThat(ecs.asked().stream().filter(asked -> asked.request().has("strategy")).count())
        .isLessThanOrEqualTo(forced ? 1 : 5);
    assertThat(condition("Stalled")).isEqualTo("True/NotTakingEffect");
  }

  @Test
  void aFightOverAFieldIsLimitedAcrossGenerations() {
    spec.put("role", "ours");
    reconcile();

    for (int i = 0; i < 120; i++) {
      shown.put("role", "theirs");
      object = object.changedTo("{'clusterName':'web" + i + "'}");
      spec.put("count", String.valueOf(i % 3));
      reconcile();
      time.advance(Duration.ofSeconds(15));
    }

    assertThat(ecs.asked().stream().filter(asked -> asked.request().has("role")).count())
        .isLessThanOrEqualTo(6);
    assertThat(condition("Stalled")).isEqualTo("True/ManagementConflict");
  }

  @Test
  void otherFieldsAreStillChangedWhileOneIsHeld() {
    spec.put("launchType", "EC2");
    stuck.add("launchType");
    every(Duration.ofSeconds(10), Duration.ofMinutes(5));
    int stalled = writes();
    spec.put("count", "3");

    reconcile();

    assertThat(shown).containsEntry("count", "3");
    assertThat(writes()).isEqualTo(stalled + 1);
    assertThat(condition("Stalled")).isEqualTo("True/NotTakingEffect");
  }

  @Test
  void appliedPathOfAHeldResetIsKept() {
    status =
        Kind.withCommon(
            status, status.common().withAppliedPaths(List.of("launchType", "clusterName")));
    spec.put("launchType", "EC2");
    stuck.add("launchType");

    every(Duration.ofSeconds(10), Duration.ofMinutes(5));

    assertThat(status.common().appliedPaths()).contains("launchType");
  }

  @Test
  void forcedDeploymentIsSentOnceForAGeneration() {
    spec.put("strategy", "FARGATE");
    spec.put("forceNewDeployment", "true");
    stuck.add("strategy");
    stuck.add("forceNewDeployment");

    every(FLIP, Duration.ofHours(6));

    assertThat(writes()).isEqualTo(1);
    assertThat(condition("Stalled")).isEqualTo("True/NotTakingEffect");
    assertThat(message("Stalled")).contains("strategy");
  }

  @Test
  void twoManagersThatFightOverAFieldAreReportedWithBothValues() {
    spec.put("count", "2");
    reconcile();
    int converged = writes();

    for (int i = 0; i < 30; i++) {
      shown.put("count", "7");
      reconcile();
      time.advance(FLIP);
    }

    assertThat(writes() - converged).isEqualTo(4);
    assertThat(condition("Stalled")).isEqualTo("True/ManagementConflict");
    assertThat(condition("Ready")).isEqualTo("False/ManagementConflict");
    assertThat(message("Stalled"))
        .contains("count (wanted: \"2\", shown: \"7\")")
        .contains("ignoreFields");
  }

  @Test
  void anHourOfAFightOverTenFieldsIsFewWritesAndOneCondition() {
    for (int field = 0; field < 10; field++) {
      spec.put("field" + field, "ours");
    }
    reconcile();
    EcsClusterStatus stalled = null;
    int statusWrites = 0;

    for (Duration at = Duration.ZERO; at.compareTo(Duration.ofHours(1)) < 0; at = at.plus(FLIP)) {
      String theirs = "theirs" + at.toSeconds() % 3;
      int field = (int) (at.toSeconds() / 5 % 10);
      spec.keySet().forEach(name -> shown.put(name, theirs));
      shown.put("field" + field, "ours");
      EcsClusterStatus before = status;
      reconcile();
      statusWrites += before.equals(status) ? 0 : 1;
      stalled = status;
      time.advance(FLIP);
    }

    assertThat(writes()).isLessThan(60);
    assertThat(statusWrites).isLessThan(200);
    assertThat(stalled).isNotNull();
    assertThat(condition("Stalled")).isEqualTo("True/ManagementConflict");
    assertThat(message("Stalled")).contains("wanted: \"ours\"").contains("shown: \"theirs");
  }

  @Test
  void fightThatIsOverIsForgotten() {
    spec.put("count", "2");
    reconcile();
    for (int i = 0; i < 10; i++) {
      shown.put("count", "7");
      reconcile();
      time.advance(FLIP);
    }
    shown.put("count", "2");
    reconcile();
    assertThat(condition("Stalled")).isEqualTo("True/ManagementConflict");

    time.advance(Duration.ofMinutes(5));
    reconcile();
    assertThat(condition("Ready")).isEqualTo("True/Reconciled");

    time.advance(Duration.ofHours(3));
    for (int hand = 0; hand < 3; hand++) {
      shown.put("count", "9");
      reconcile();
      assertThat(shown).containsEntry("count", "2");
    }
  }

  @Test
  void valuesOfEnvironmentVariablesAreNotShown() {
    spec.put("containerDefinitions[web].environment[TOKEN]", "hunter2");
    stuck.add("containerDefinitions[web].environment[TOKEN]");

    every(Duration.ofSeconds(10), Duration.ofMinutes(5));

    assertThat(message("Stalled")).contains("environment[TOKEN] (wanted: \"***\"");
    assertThat(status.toString()).doesNotContain("hunter2");
  }

  private void every(Duration pause, Duration duration) {
    Instant end = time.instant().plus(duration);
    while (time.instant().isBefore(end)) {
      reconcile();
      time.advance(pause);
    }
  }

  private ReconcileResult<EcsClusterStatus> reconcile() {
    ReconcileResult<EcsClusterStatus> result =
        operator.reconcile(object.desired(), status, false, intent -> {});
    status = result.status();
    return result;
  }

  private Reconciliation<EcsCluster, EcsClusterStatus, ScriptedKind.Seen> startedOperator() {
    return new Reconciliation<>(
        new ScriptedKind().says(this::compare),
        new Reconciliation.Dependencies(
            reader,
            new ReferenceCheck(new Objects(), Duration.ZERO, time),
            new PlanExecutor(ecs, new NoWrites(), time),
            TIMING,
            time,
            new Random(1),
            new ReconcileMetrics(new SimpleMeterRegistry())));
  }

  /** The fields that differ, in one call, without those that the object leaves to ECS. */
  private Decision<EcsClusterStatus> compare(ReconcileContext<EcsClusterStatus> context) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    List<FieldChange> changes = new ArrayList<>();
    ObjectNode request = nodes.objectNode();
    spec.forEach(
        (field, wanted) -> {
          if (!wanted.equals(shown.get(field))
              && !context.desired().policies().ignoreFields().contains(field)) {
            request.put(field, wanted);
            changes.add(
                new FieldChange(
                    field,
                    shown.containsKey(field)
                        ? nodes.textNode(shown.get(field))
                        : nodes.missingNode(),
                    nodes.textNode(wanted)));
          }
        });
    return changes.isEmpty()
        ? Decision.done(
            context.status(), new ReadyState.Ready(Reason.RECONCILED, "As the spec asks."))
        : new Decision.Execute<>(
            new Plan(List.of(new Plan.Call("UpdateCluster", request, changes))),
            context.status(),
            context.status(),
            new ReadyState.Reconciling(Reason.UPDATING, "Updating.", TIMING.poll()));
  }

  private int writes() {
    return ecs.asked().size();
  }

  private String condition(String type) {
    Condition condition = Conditions.find(status.common().conditions(), type).orElseThrow();
    return condition.status() + "/" + condition.reason();
  }

  private String message(String type) {
    return Conditions.find(status.common().conditions(), type).orElseThrow().message();
  }

  /** The reader of these tests does not learn from writes. */
}
