package io.ecsoperator.controlplane.junit;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;

/**
 * The namespace of one test; it is deleted with all its content after the test.
 *
 * @param name the namespace
 * @param client a client with all rights that uses this namespace by default
 */
public record TestNamespace(String name, KubernetesClient client) implements AutoCloseable {

  static TestNamespace create(KubernetesClient client) {
    String name =
        client
            .namespaces()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName("test-")
                    .endMetadata()
                    .build())
            .create()
            .getMetadata()
            .getName();
    return new TestNamespace(
        name, client.adapt(NamespacedKubernetesClient.class).inNamespace(name));
  }

  /** Starts the deletion, which continues in the background. */
  @Override
  public void close() {
    client.namespaces().withName(name).delete();
  }
}
