package io.ecsoperator.controlplane.junit;

import io.ecsoperator.controlplane.ControlPlane;
import io.ecsoperator.controlplane.Helm;
import io.ecsoperator.controlplane.Kubectl;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Provides a real API server: resolves parameters of type {@link ControlPlane}, {@link
 * KubernetesClient}, {@link Kubectl}, {@link Helm} and {@link TestNamespace}. One control plane
 * serves all tests of the JVM, from the first test that uses it; each test has its own namespace.
 */
public final class ControlPlaneExtension implements ParameterResolver {
  private static final Namespace STORE = Namespace.create(ControlPlaneExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ControlPlane.class
        || type == KubernetesClient.class
        || type == Kubectl.class
        || type == Helm.class
        || type == TestNamespace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == ControlPlane.class) {
      return controlPlane(context);
    }
    if (type == Kubectl.class) {
      return controlPlane(context).kubectl();
    }
    if (type == Helm.class) {
      return helm(context);
    }
    if (type == KubernetesClient.class) {
      return shared(context).client;
    }
    return namespace(context);
  }

  /** The control plane of the test run. */
  public static ControlPlane controlPlane(ExtensionContext context) {
    return shared(context).controlPlane;
  }

  /** Helm for that control plane. */
  public static Helm helm(ExtensionContext context) {
    return ofTheRun(context, STORE)
        .getOrComputeIfAbsent(
            Helm.class, _ -> controlPlane(context).helm(System.err::println), Helm.class);
  }

  /** The namespace of the test; it is deleted with the test's store. */
  public static TestNamespace namespace(ExtensionContext context) {
    return context
        .getStore(STORE)
        .getOrComputeIfAbsent(
            TestNamespace.class,
            _ -> TestNamespace.create(shared(context).client),
            TestNamespace.class);
  }

  private static Shared shared(ExtensionContext context) {
    return ofTheRun(context, STORE)
        .getOrComputeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class);
  }

  /**
   * What all tests of the JVM share. Surefire executes each class on its own, so the root context
   * of a test ends with its class; the session of the launcher does not.
   */
  public static ExtensionContext.Store ofTheRun(ExtensionContext context, Namespace namespace) {
    return context.getStore(StoreScope.LAUNCHER_SESSION, namespace);
  }

  private record Shared(ControlPlane controlPlane, KubernetesClient client)
      implements AutoCloseable {

    static Shared start() {
      ControlPlane controlPlane = ControlPlane.start(System.err::println);
      return new Shared(controlPlane, controlPlane.newClient());
    }

    @Override
    public void close() {
      client.close();
      controlPlane.close();
    }
  }
}
