package io.ecsoperator.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Creates the operator's Kubernetes client. */
public final class KubernetesClients {
  /** More than the operator's informers and concurrent reconciles. */
  private static final int MAX_REQUESTS = 512;

  private KubernetesClients() {}

  /**
   * Creates a client for the cluster of KUBECONFIG or the service account; the caller closes it.
   */
  public static KubernetesClient fromEnvironment() {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                // Kubernetes uses it as field manager of fields that are not applied: the
                // finalizer.
                .withUserAgent("ecs-operator")
                .withMaxConcurrentRequests(MAX_REQUESTS)
                .build())
        .withKubernetesSerialization(serialization())
        .build();
  }

  /**
   * Registers the classes of the watched kinds, so that watch events are deserialized to them. The
   * discovery of all Kubernetes kinds is off, because it loads hundreds of classes.
   */
  static KubernetesSerialization serialization() {
    var serialization =
        new KubernetesSerialization(
            new ObjectMapper().addMixIn(ObjectMeta.class, WithoutManagedFields.class), false);
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }

  /** Managed fields are not used, and take more memory than the rest of a cached object. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}
}
