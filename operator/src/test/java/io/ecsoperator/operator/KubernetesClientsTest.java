package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsCluster;
import org.junit.jupiter.api.Test;

class KubernetesClientsTest {
  private static final String CLUSTER =
      """
      {
        "apiVersion": "ecs-operator.io/v1alpha1",
        "kind": "EcsCluster",
        "metadata": {
          "name": "demo",
          "resourceVersion": "7",
          "labels": {"team": "shop"},
          "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {"f:tags": {}}}}]
        },
        "spec": {"settings": [{"name": "containerInsights", "value": "disabled"}]}
      }
      """;

  @Test
  void whoManagesWhichFieldIsNotKept() {
    EcsCluster cluster = KubernetesClients.serialization().unmarshal(CLUSTER, EcsCluster.class);

    assertThat(cluster.getMetadata().getManagedFields()).isEmpty();
    assertThat(cluster.getMetadata().getAdditionalProperties()).isEmpty();
    assertThat(cluster.getMetadata().getName()).isEqualTo("demo");
    assertThat(cluster.getMetadata().getLabels()).containsEntry("team", "shop");
    assertThat(cluster.getSpec().path("settings")).hasSize(1);
  }
}
