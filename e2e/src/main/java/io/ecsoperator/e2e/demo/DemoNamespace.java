package io.ecsoperator.e2e.demo;

import io.ecsoperator.controlplane.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Where the demo's objects are: {@code default} in a control plane that ends with the demo, and a
 * namespace of its own, deleted at the end, in one that is somebody else's.
 */
sealed interface DemoNamespace extends AutoCloseable {
  String name();

  /** What the operator is told to watch; all namespaces when empty. */
  String watched();

  /** Deletes what the demo has put into a cluster that stays; the operator must still run. */
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
      // It ends with its control plane.
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
      // An interrupt is why this is called: it must not keep it from its work.
      boolean interrupted = Thread.interrupted();
      try {
        var namespace = client.namespaces().withName(name);
        namespace.delete();
        namespace.waitUntilCondition(Objects::isNull, DELETION_LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (KubernetesClientTimeoutException e) {
        throw new DemoException("the namespace " + name + " is still there: delete it by hand");
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
