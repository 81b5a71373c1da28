package io.ecsoperator.e2e.operator;

import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.ecsoperator.e2e.chart.OperatorAccount;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Resolves {@link TestBed} parameters: each test has its own, with the operator running. */
final class OperatorExtension implements ParameterResolver {
  private static final Namespace STORE = Namespace.create(OperatorExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestBed.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(STORE)
        .getOrComputeIfAbsent(TestBed.class, _ -> start(context), TestBed.class);
  }

  private static TestBed start(ExtensionContext context) {
    TestNamespace namespace = ControlPlaneExtension.namespace(context);
    // Once for the whole run.
    ControlPlaneExtension.ofTheRun(context, STORE)
        .getOrComputeIfAbsent(
            CustomResourceDefinitions.class,
            _ -> {
              CustomResourceDefinitions.apply(namespace.client());
              return true;
            });
    return TestBed.start(
        ControlPlaneExtension.controlPlane(context),
        namespace,
        OperatorAccount.in(namespace, context));
  }
}
