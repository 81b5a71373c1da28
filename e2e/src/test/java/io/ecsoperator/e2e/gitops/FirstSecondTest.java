package io.ecsoperator.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Objects that no operator has seen yet are not ready for any tool that waits. */
@ExtendWith(ControlPlaneExtension.class)
class FirstSecondTest {

  @BeforeAll
  static void applyCustomResourceDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @Test
  void anObjectThatWasJustAppliedIsInProgress(Kubectl kubectl, TestNamespace namespace)
      throws IOException {
    for (String folder : new String[] {"gitops", "capacity-providers"}) {
      kubectl
          .run(
              "apply",
              "--server-side",
              "--namespace=" + namespace.name(),
              "--filename=../samples/" + folder)
          .orThrow();
    }

    JsonNode applied =
        new ObjectMapper()
            .readTree(
                kubectl
                    .run("get", "ecs", "--output=json", "--namespace=" + namespace.name())
                    .orThrow())
            .path("items");

    assertThat(applied)
        .extracting(object -> object.path("kind").asText())
        .containsAll(Customization.all().stream().map(Customization::kind).toList());
    assertThat(applied)
        .allSatisfy(
            object -> {
              Customization kind = new Customization(object.path("kind").asText());
              assertThat(KstatusRules.status(object)).isEqualTo("InProgress");
              assertThat(KstatusRules.waitEnds(object, "Ready")).isFalse();
              assertThat(LuaSandbox.run(kind.health(), object).get("status").checkjstring())
                  .isEqualTo("Progressing");
            });
  }
}
