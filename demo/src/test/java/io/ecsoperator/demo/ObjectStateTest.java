package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.demo.ObjectState.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectStateTest {
  private static final String READY =
      condition("Ready", "True", "Reconciled", "As the spec asks.", 3);

  private static String condition(
      String type, String status, String reason, String message, long generation) {
    return """
        {"type": "%s", "status": "%s", "reason": "%s", "message": "%s", "observedGeneration": %d}
        """
        .formatted(type, status, reason, message, generation);
  }

  /** The state of an object of generation 3 with this status. */
  private static ObjectState state(Class<?> kind, String status) {
    return ObjectState.of(
        (EcsResource<?>)
            Serialization.unmarshal(
                """
                {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "%s",
                 "metadata": {"name": "web", "generation": 3}, "spec": {}, "status": {%s}}
                """
                    .formatted(kind.getSimpleName(), status),
                kind));
  }

  private static String conditions(String... conditions) {
    return "\"conditions\": [" + String.join(",", conditions) + "]";
  }

  @Test
  void isReadyIfItsReadyConditionIsTrue() {
    var ready = state(EcsCluster.class, conditions(READY) + ", \"status\": \"ACTIVE\"");

    assertThat(ready)
        .isEqualTo(
            new ObjectState(
                "EcsCluster", "web", Readiness.READY, "Reconciled", "ACTIVE", "As the spec asks."));
    assertThat(ready.key()).isEqualTo("ecscluster/web");
  }

  @Test
  void aConditionOfAnEarlierGenerationIsIgnored() {
    var old = condition("Ready", "True", "Reconciled", "", 2);

    assertThat(state(EcsCluster.class, conditions(old)).readiness()).isEqualTo(Readiness.UNKNOWN);
  }

  @Test
  void isStalledIfItsStalledConditionIsTrue() {
    var notReady = condition("Ready", "False", "NotOwned", "Another owner.", 3);

    assertThat(state(EcsCluster.class, conditions(notReady)).readiness())
        .isEqualTo(Readiness.UNDER_WAY);
    assertThat(
            state(
                    EcsCluster.class,
                    conditions(notReady, condition("Stalled", "True", "NotOwned", "", 3)))
                .readiness())
        .isEqualTo(Readiness.STALLED);
  }

  @Test
  void isUnknownBeforeTheFirstReconcile() {
    assertThat(state(EcsService.class, "").readiness()).isEqualTo(Readiness.UNKNOWN);
  }

  @Test
  void theDetailIsTheSummaryOfItsKind() {
    assertThat(state(EcsTaskDefinition.class, "\"revision\": 7").detail()).isEqualTo("revision 7");
    assertThat(
            state(
                    EcsService.class,
                    "\"runningCount\": 1, \"desiredCount\": 2, \"revision\": \"web:4\"")
                .detail())
        .isEqualTo("1/2 web:4");
    assertThat(state(EcsTask.class, "\"lastStatus\": \"PENDING\"").detail()).isEqualTo("PENDING");
    assertThat(state(EcsTask.class, "\"lastStatus\": \"STOPPED\", \"exitCode\": 0").detail())
        .isEqualTo("exit code 0");
  }

  /** Secrets may stand anywhere in a spec. */
  @Test
  void ofAnObjectOnlyItsNameAndItsStatusAreShown() {
    EcsService secret =
        Serialization.unmarshal(
            """
            {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsService",
             "metadata": {"name": "web", "generation": 3, "annotations": {"a": "s3cr3t-0"},
               "labels": {"a": "s3cr3t-1"}},
             "spec": {"cluster": "s3cr3t-2", "template": {"family": "s3cr3t-3",
               "containerDefinitions": [{"name": "app", "image": "s3cr3t-4",
                 "command": ["s3cr3t-5"], "environment": [{"name": "A", "value": "s3cr3t-6"}]}]}},
             "status": {%s}}
            """
                .formatted(conditions(READY)),
            EcsService.class);

    ObjectState state = ObjectState.of(secret);

    assertThat(state.toString()).contains("web", "As the spec asks.").doesNotContain("s3cr3t");
    assertThat(new Table(200, Style.MONOCHROME).lines(List.of(new Row(state, Duration.ZERO))))
        .noneMatch(line -> line.contains("s3cr3t"));
  }
}
