package io.ecsoperator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.demo.ObjectState.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
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
}
