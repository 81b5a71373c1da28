package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.services.ecs.model.ClusterField;

/** A user of a namespace writes objects of any size and shape; others are served all the same. */
@WithOperator
class HostileObjectTest {
  private static final Duration FAIR = Duration.ofSeconds(10);
  private static final int HOSTILE_OBJECTS = Integer.getInteger("hostile.objects", 0);
  private static final int PARTS = 4;

  /** The default of the chart, in MiB. */
  private static final long MEMORY_LIMIT_OF_THE_CHART = 512;

  @Test
  void deepAndLargeObjectsStopNoOtherObjectNeitherNowNorAfterARestart(TestBed bed) {
    bed.apply(Manifests.cluster("demo"));
    for (int depth : new int[] {190, 900, 1_200, 5_000}) {
      post(bed, "ecsservices", deepService(depth));
    }
    for (int i = 0; i < 20; i++) {
      post(bed, "ecstaskdefinitions", definition("large-" + i, 16, 60_000));
    }

    assertThat(change(bed, "first")).isLessThan(FAIR);
    bed.restartWithoutResync();
    assertThat(change(bed, "second")).isLessThan(FAIR);
    assertThat(bed.metrics())
        .contains(
            "ecs_operator_unreadable_objects{kind=\"EcsService\",name=\"deep-1200\",namespace=\""
                + bed.namespace());

    bed.kubectl("delete", "ecsservice", "deep-190", "deep-900", "deep-1200", "deep-5000");
  }

  @Test
  void aDefinitionThatIsLargerThanEcsTakesIsStalledWithTheLimit(TestBed bed) {
    post(bed, "ecstaskdefinitions", definition("big", 2, 40_000));

    bed.awaitObject(
        taskDefinition("big"),
        "stalled",
        found ->
            Conditions.condition(found, "Stalled")
                .filter(condition -> condition.reason().equals("InvalidSpec"))
                .filter(condition -> condition.message().contains("64 KiB"))
                .isPresent());
    assertThat(bed.ecs().calls().of("RegisterTaskDefinition")).isEmpty();
  }

  /**
   * An operator in a process of its own, with the memory that is released, also after a restart.
   * Part of {@code make soak}, with ten thousand objects.
   */
  @Test
  @EnabledIfSystemProperty(named = "hostile.objects", matches = "\\d+")
  void manyObjectsOfAnyContentDelayNoOtherNamespace(TestBed bed) throws Exception {
    bed.stopOperator();
    bed.apply(Manifests.cluster("victim"));
    try (HostileNamespace hostile = HostileNamespace.create(bed)) {
      Map<String, String> both =
          Map.of("ECS_OPERATOR_NAMESPACES", bed.namespace() + "," + hostile.name());
      List<Duration> changes = new ArrayList<>();
      List<String> failedProbes;
      try (OperatorProcess operator = OperatorProcess.released(bed, "operator", both)) {
        bed.awaitReady(cluster("victim"));
        try (ProbeLog probes = ProbeLog.start(operator)) {
          for (int part = 0; part < PARTS; part++) {
            hostile.write(part * HOSTILE_OBJECTS / PARTS, (part + 1) * HOSTILE_OBJECTS / PARTS);
            changes.add(changeInEcs(bed));
          }
          failedProbes = probes.failed();
        }
        report("running", operator, changes);
        operator.stop();
      }
      try (OperatorProcess restarted = OperatorProcess.released(bed, "restarted", both)) {
        restarted.awaitReady();
        changes.add(changeInEcs(bed));
        report("restarted", restarted, changes);
      }

      assertThat(changes).allSatisfy(change -> assertThat(change).isLessThan(FAIR));
      assertThat(failedProbes).isEmpty();
    }
  }

  private static void report(String which, OperatorProcess operator, List<Duration> changes)
      throws IOException {
    assertThat(operator.isAlive()).isTrue();
    long memory = operator.peakMemory();
    assertThat(memory).as("MiB of memory").isLessThan(MEMORY_LIMIT_OF_THE_CHART);
    System.out.printf(
        "%d hostile objects, %s: %d MiB at most, changes of another namespace after %s%n",
        HOSTILE_OBJECTS, which, memory, changes);
  }

  /** Changes a setting of the cluster, and waits until ECS has it. */
  private static Duration changeInEcs(TestBed bed) {
    boolean enabled = insights(bed).equals("enabled");
    String wanted = enabled ? "disabled" : "enabled";
    long start = System.nanoTime();
    bed.patchSpec(
        cluster("victim"), "settings: [{name: containerInsights, value: " + wanted + "}]");
    Await.until("the cluster is changed", () -> insights(bed).equals(wanted));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String insights(TestBed bed) {
    return bed.aws()
        .describeClusters(d -> d.clusters("victim").include(ClusterField.SETTINGS))
        .clusters()
        .getFirst()
        .settings()
        .getFirst()
        .value();
  }

  private static Duration change(TestBed bed, String request) {
    long start = System.nanoTime();
    bed.annotate(cluster("demo"), "ecs-operator.io/reconcile-requested-at=" + request);
    bed.awaitObject(
        cluster("demo"),
        "reconciled",
        found -> request.equals(found.getStatus().common().lastHandledReconcileAt()));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void post(TestBed bed, String plural, String object) {
    bed.kubernetes()
        .raw(
            "/apis/ecs-operator.io/v1alpha1/namespaces/" + bed.namespace() + "/" + plural,
            "POST",
            object);
  }

  static String deepService(int depth) {
    return """
        {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsService",
         "metadata": {"name": "deep-%d"},
         "spec": {"cluster": "x", "taskDefinition": "x", "deploymentConfiguration":
           {"lifecycleHooks": [{"hookTargetArn": "arn:x", "roleArn": "arn:y",
             "lifecycleStages": ["PRE_SCALE_UP"], "hookDetails": %s1%s}]}}}"""
        .formatted(depth, "{\"a\":".repeat(depth), "}".repeat(depth));
  }

  static String definition(String name, int variables, int characters) {
    StringBuilder environment = new StringBuilder();
    for (int i = 0; i < variables; i++) {
      environment
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"v")
          .append(i)
          .append("\",\"value\":\"")
          .append("x".repeat(characters))
          .append("\"}");
    }
    return """
        {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsTaskDefinition",
         "metadata": {"name": "%s"},
         "spec": {"containerDefinitions": [{"name": "app", "image": "i", "memory": 128,
           "environment": [%s]}]}}"""
        .formatted(name, environment);
  }
}
