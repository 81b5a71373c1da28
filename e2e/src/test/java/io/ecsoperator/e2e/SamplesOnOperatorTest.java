package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsTaskDefinition;
import io.ecsoperator.e2e.controlplane.CustomResourceDefinitions;
import io.ecsoperator.e2e.controlplane.Kubectl;
import io.ecsoperator.e2e.junit.Await;
import io.ecsoperator.e2e.junit.ControlPlaneExtension;
import io.ecsoperator.e2e.junit.RunningOperator;
import io.ecsoperator.e2e.junit.TestNamespace;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.LocalEcsOptions;
import io.ecsoperator.localecs.calls.Call;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

/** The operator makes of the sample task definitions what they ask for, once. */
@ExtendWith(ControlPlaneExtension.class)
class SamplesOnOperatorTest {
  private static final String FOLDER = Sample.FOLDER.resolve("task-definitions").toString();

  @BeforeAll
  static void applyCustomResourceDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @Test
  void everyTaskDefinitionIsRegisteredOnceAndNeverDrifts(Kubectl kubectl, TestNamespace namespace) {
    int samples = Sample.below(Sample.FOLDER.resolve("task-definitions")).size();
    try (LocalEcs localEcs = LocalEcs.start(LocalEcsOptions.defaults());
        EcsClient ecs = localEcs.client();
        RunningOperator _ = RunningOperator.start(namespace, localEcs)) {
      in(namespace, kubectl, "apply", "--server-side", "-f", FOLDER);
      in(namespace, kubectl, "wait", "--for=condition=Ready", "ecstd", "--all", "--timeout=60s");

      assertThat(localEcs.calls().writes())
          .extracting(Call::operation)
          .hasSize(samples)
          .containsOnly("RegisterTaskDefinition");

      in(namespace, kubectl, "apply", "--server-side", "-f", FOLDER);
      in(
          namespace,
          kubectl,
          "annotate",
          "ecstd",
          "--all",
          "ecs-operator.io/reconcile-requested-at=again");
      Await.until(
          "all were looked at again",
          () ->
              objects(namespace).stream()
                  .allMatch(
                      object ->
                          "again".equals(object.getStatus().common().lastHandledReconcileAt())));

      assertThat(localEcs.calls().writes()).hasSize(samples);
      assertThat(objects(namespace))
          .hasSize(samples)
          .allSatisfy(
              object -> {
                assertThat(object.getMetadata().getGeneration()).isEqualTo(1);
                assertThat(object.getStatus().revision()).isEqualTo(1);
                assertThat(object.getStatus().common().conditions().getFirst().status())
                    .isEqualTo("True");
              });

      in(namespace, kubectl, "delete", "-f", FOLDER, "--timeout=60s");

      assertThat(
              ecs.listTaskDefinitions(list -> list.status(TaskDefinitionStatus.ACTIVE))
                  .taskDefinitionArns())
          .isEmpty();
    }
  }

  private static List<EcsTaskDefinition> objects(TestNamespace namespace) {
    return namespace
        .client()
        .resources(EcsTaskDefinition.class)
        .inNamespace(namespace.name())
        .list()
        .getItems();
  }

  private static void in(TestNamespace namespace, Kubectl kubectl, String... arguments) {
    String[] all = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--namespace=" + namespace.name();
    kubectl.run(all).orThrow();
  }
}
