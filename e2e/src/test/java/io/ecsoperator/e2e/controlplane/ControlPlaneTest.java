package io.ecsoperator.e2e.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.e2e.junit.ControlPlaneExtension;
import io.ecsoperator.e2e.junit.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ControlPlaneExtension.class)
class ControlPlaneTest {

  @Test
  void answersKubectlAndTheJavaClientAlike(Kubectl kubectl, TestNamespace namespace) {
    namespace
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .endMetadata()
                .addToData("colour", "blue")
                .build())
        .create();

    assertThat(
            kubectl
                .run(
                    "get",
                    "configmap",
                    "settings",
                    "-n",
                    namespace.name(),
                    "-o",
                    "jsonpath={.data.colour}")
                .orThrow())
        .isEqualTo("blue");
  }

  @Test
  void endsADeletedNamespaceAndCollectsWhatHasLostItsOwner(
      KubernetesClient client, TestNamespace namespace) {
    var owner =
        namespace
            .client()
            .resource(
                new ConfigMapBuilder().withNewMetadata().withName("owner").endMetadata().build())
            .create();
    var owned =
        namespace
            .client()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("owned")
                    .addNewOwnerReference()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName("owner")
                    .withUid(owner.getMetadata().getUid())
                    .endOwnerReference()
                    .endMetadata()
                    .build())
            .create();

    namespace.client().resource(owner).delete();
    namespace.client().resource(owned).waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);

    client.namespaces().withName(namespace.name()).delete();
    client
        .namespaces()
        .withName(namespace.name())
        .waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
  }
}
