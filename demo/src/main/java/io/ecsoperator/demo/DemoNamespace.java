package io.ecsoperator.demo;

import io.ecsoperator.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The namespace of the demo's objects: {@code default} in a control plane that ends with the demo;
 * in a cluster that stays, a new namespace that is deleted at the end.
 */
sealed interface DemoNamespace extends AutoCloseable {
  String name();

  /** The namespaces that the operator watches; all if empty. */
  String watched();

  /** Deletes the demo's objects from a cluster that stays; the operator must still run. */
  @Override
  void close();

  static DemoNamespace in(ControlPlane controlPlane, KubernetesClient client) {
    return controlPlane.outlivesThisJvm() ? Own.create(client) : new Default();
  }

  record Default() implements DemoNamespace {
    @Override
    public String name() {
      return "default";
    }

    @Override
    public String watched() {
      return "";
    }

    @Override
    public void close() {
      // The namespace ends with its control plane.
    }
  }

  record Own(String name, KubernetesClient client) implements DemoNamespace {
    private static final long DELETION_LIMIT_SECONDS = 30;

    static Own create(KubernetesClient client) {
      var namespace =
          new NamespaceBuilder()
              .withNewMetadata()
              .withGenerateName("ecs-operator-demo-")
              .endMetadata()
              .build();
      return new Own(client.resource(namespace).create().getMetadata().getName(), client);
    }

    @Override
    public String watched() {
      return name;
    }

    @Override
    public void close() {
      // Ctrl-C interrupts this thread, and the namespace is to be deleted all the same.
      boolean interrupted = Thread.interrupted();
      try {
        var namespace = client.namespaces().withName(name);
        namespace.delete();
        namespace.waitUntilCondition(Objects::isNull, DELETION_LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (KubernetesClientTimeoutException e) {
        throw new DemoException("the namespace " + name + " still exists: delete it by hand");
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
