package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A user of a namespace writes objects of any size and shape; others are served all the same. */
@WithOperator
class HostileObjectTest {
  private static final Duration FAIR = Duration.ofSeconds(10);

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

  private static String deepService(int depth) {
    return """
        {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsService",
         "metadata": {"name": "deep-%d"},
         "spec": {"cluster": "x", "taskDefinition": "x", "deploymentConfiguration":
           {"lifecycleHooks": [{"hookTargetArn": "arn:x", "roleArn": "arn:y",
             "lifecycleStages": ["PRE_SCALE_UP"], "hookDetails": %s1%s}]}}}"""
        .formatted(depth, "{\"a\":".repeat(depth), "}".repeat(depth));
  }

  private static String definition(String name, int variables, int characters) {
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
