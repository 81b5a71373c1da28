package io.ecsoperator.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Clients of Kubernetes as the operator needs them. */
public final class KubernetesClients {
  /** Enough for as many informers and reconciles as an operator has. */
  private static final int MAX_REQUESTS = 512;

  private KubernetesClients() {}

  /** A client of the cluster that KUBECONFIG or the service account names; the caller closes it. */
  public static KubernetesClient fromEnvironment() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                // Kubernetes names after it who owns a field that was not applied: the finalizer.
                .withUserAgent("ecs-operator")
                .withMaxConcurrentRequests(MAX_REQUESTS)
                .build())
        .withKubernetesSerialization(serialization())
        .build();
  }

  /**
   * Reads what a watch brings, which says its kind but not its type, into these classes at once.
   * Without a search for all kinds of Kubernetes, hundreds of classes need not be loaded.
   */
  static KubernetesSerialization serialization() {
    var serialization =
        new KubernetesSerialization(
            new ObjectMapper().addMixIn(ObjectMeta.class, WithoutManagedFields.class), false);
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }

  /** Who manages which field takes more memory than all else of a cached object, for no use. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}
}
