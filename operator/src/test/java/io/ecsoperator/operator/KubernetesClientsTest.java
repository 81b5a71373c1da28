package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
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
  void managedFieldsAreDropped() {
    EcsCluster cluster = KubernetesClients.serialization().unmarshal(CLUSTER, EcsCluster.class);

    assertThat(cluster.getMetadata().getManagedFields()).isEmpty();
    assertThat(cluster.getMetadata().getAdditionalProperties()).isEmpty();
    assertThat(cluster.getMetadata().getName()).isEqualTo("demo");
    assertThat(cluster.getMetadata().getLabels()).containsEntry("team", "shop");
    assertThat(cluster.getSpec().path("settings")).hasSize(1);
  }

  @Test
  void watchEventsAreDeserializedToTheirTypes() {
    assertThat(watched("ecs-operator.io/v1alpha1", "EcsCluster")).isInstanceOf(EcsCluster.class);
    assertThat(watched("ecs-operator.io/v1alpha1", "EcsTaskDefinition"))
        .isInstanceOf(EcsTaskDefinition.class);
    assertThat(watched("ecs-operator.io/v1alpha1", "EcsService")).isInstanceOf(EcsService.class);
    assertThat(watched("ecs-operator.io/v1alpha1", "EcsTask")).isInstanceOf(EcsTask.class);
    // The API server sends it when a watch has to be restarted.
    assertThat(watched("v1", "Status")).isInstanceOf(Status.class);
  }

  private static Object watched(String apiVersion, String kind) {
    KubernetesSerialization serialization = KubernetesClients.serialization();
    // As Controllers does when it registers a kind.
    TestKinds.all().forEach(known -> serialization.registerKubernetesResource(known.type()));
    return serialization
        .unmarshal(
            """
            {"type": "ADDED", "object": {"apiVersion": "%s", "kind": "%s", "metadata": {}}}
            """
                .formatted(apiVersion, kind),
            WatchEvent.class)
        .getObject();
  }
}
