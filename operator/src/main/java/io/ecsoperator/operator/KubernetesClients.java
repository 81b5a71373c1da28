package io.ecsoperator.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;

/** Creates the operator's Kubernetes client. */
public final class KubernetesClients {
  /** More than the informers, and the reconciles that {@code --threads} allows by default, need. */
  private static final int MAX_REQUESTS = 512;

  /** A connection that does not answer a ping until the next one is closed. */
  private static final Duration PING = Duration.ofSeconds(10);

  /**
   * Several times deeper than any object that ECS takes. What is deeper is skipped, because code
   * that follows the tree recursively would exhaust the stack.
   */
  private static final int MAX_DEPTH = 200;

  private KubernetesClients() {}

  /**
   * Creates a client for the cluster of KUBECONFIG or the service account; the caller closes it.
   */
  public static KubernetesClient fromEnvironment() {
    return of(new ConfigBuilder()
            // Kubernetes uses it as field manager of fields that are not applied: the
            // finalizer.
            .withUserAgent("ecs-operator")
            .withMaxConcurrentRequests(MAX_REQUESTS)
            .build())
        .build();
  }

  /** A builder of clients like the operator's own, for the API server of {@code config}. */
  public static KubernetesClientBuilder of(Config config) {
    config.setWebsocketPingInterval(PING.toMillis());
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new OkHttpClientFactory())
        .withKubernetesSerialization(serialization());
  }

  /**
   * Registers the classes of the watched kinds, so that watch events are deserialized to them. The
   * discovery of all Kubernetes kinds is off, because it loads hundreds of classes.
   */
  static KubernetesSerialization serialization() {
    var serialization =
        new KubernetesSerialization(
            new ObjectMapper(boundedJson()).addMixIn(ObjectMeta.class, WithoutManagedFields.class),
            false);
    serialization.registerKubernetesResource(Status.class);
    return serialization;
  }

  private static JsonFactory boundedJson() {
    return JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
        .build();
  }

  /** Managed fields are not used, and take more memory than the rest of a cached object. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}
}
