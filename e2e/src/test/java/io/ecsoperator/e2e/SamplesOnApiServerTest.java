package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server accepts the samples. */
@ExtendWith(ControlPlaneExtension.class)
class SamplesOnApiServerTest {

  @BeforeAll
  static void applyCustomResourceDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySampleIsValid(boolean serverSide, Kubectl kubectl, TestNamespace namespace) {
    String answer =
        kubectl
            .run(
                "apply",
                "--server-side=" + serverSide,
                "--dry-run=server",
                "--validate=strict",
                "--namespace=" + namespace.name(),
                "--recursive",
                "--filename=" + Sample.FOLDER)
            .orThrow();

    assertThat(Sample.below(Sample.FOLDER))
        .allSatisfy(
            sample ->
                assertThat(answer)
                    .containsPattern(
                        "(?m)^%s\\S*/%s \\S+ \\(server dry run\\)$"
                            .formatted(sample.kind().toLowerCase(Locale.ROOT), sample.name())));
  }

  @Test
  void aSampleWithAMisspeltMemberIsRefused(Kubectl kubectl, TestNamespace namespace) {
    var refused =
        kubectl.runWithInput(
            """
            apiVersion: ecs-operator.io/v1alpha1
            kind: EcsCluster
            metadata:
              name: misspelt
            spec:
              clustrName: misspelt
            """,
            "apply",
            "--server-side",
            "--dry-run=server",
            "--namespace=" + namespace.name(),
            "--filename=-");

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.stderr()).contains("clustrName");
  }
}
