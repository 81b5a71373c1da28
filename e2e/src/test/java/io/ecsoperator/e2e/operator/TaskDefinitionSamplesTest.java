package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.Manifests.SAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.localecs.calls.Call;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

@WithOperator
class TaskDefinitionSamplesTest {
  private static final String FOLDER = SAMPLES.resolve("task-definitions").toString();
  private static final int SAMPLE_COUNT = 15;

  @Test
  void eachSampleRegistersOnceAndNeverDrifts(TestBed bed) {
    bed.kubectl("apply", "--server-side", "-f", FOLDER);
    awaitAllReady(bed);

    assertThat(bed.writesSince(0))
        .extracting(Call::operation)
        .hasSize(SAMPLE_COUNT)
        .containsOnly("RegisterTaskDefinition");

    bed.kubectl("apply", "--server-side", "-f", FOLDER);
    // Without the hash, the operator compares spec and revision field by field.
    forgetHashes(bed);
    bed.kubectl("annotate", "ecstd", "--all", "ecs-operator.io/reconcile-requested-at=again");
    Await.until(
        "all were read again",
        () ->
            all(bed).stream()
                .allMatch(
                    object ->
                        "again".equals(object.getStatus().common().lastHandledReconcileAt())));

    assertThat(bed.writesSince(0)).hasSize(SAMPLE_COUNT);
    assertThat(all(bed))
        .allSatisfy(
            object -> {
              assertThat(object.getMetadata().getGeneration()).isEqualTo(1);
              assertThat(object.getStatus().revision()).isEqualTo(1);
              assertThat(Conditions.isTrue(object, "Ready")).isTrue();
            });
  }

  @Test
  void deletingTheSamplesDeregistersThem(TestBed bed) {
    bed.kubectl("apply", "--server-side", "-f", FOLDER);
    awaitAllReady(bed);

    bed.kubectl("delete", "-f", FOLDER);

    assertThat(
            bed.aws()
                .listTaskDefinitions(list -> list.status(TaskDefinitionStatus.ACTIVE))
                .taskDefinitionArns())
        .isEmpty();
    assertThat(
            bed.aws()
                .listTaskDefinitions(list -> list.status(TaskDefinitionStatus.INACTIVE))
                .taskDefinitionArns())
        .hasSize(SAMPLE_COUNT);
  }

  private static void awaitAllReady(TestBed bed) {
    List<EcsTaskDefinition> applied = all(bed);
    assertThat(applied).hasSize(SAMPLE_COUNT);
    applied.stream()
        .map(object -> object.getMetadata().getName())
        .map(ObjectRef::taskDefinition)
        .forEach(bed::awaitReady);
  }

  private static void forgetHashes(TestBed bed) {
    for (EcsResource<?> object : all(bed)) {
      bed.kubernetes()
          .resource(object)
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"status\":{\"internal\":{\"specHash\":\"v0-unknown\"}}}");
    }
  }

  private static List<EcsTaskDefinition> all(TestBed bed) {
    return bed.kubernetes()
        .resources(EcsTaskDefinition.class)
        .inNamespace(bed.namespace())
        .list()
        .getItems();
  }
}
