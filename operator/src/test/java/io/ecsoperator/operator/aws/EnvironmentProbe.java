package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Calls ECS with a client from the environment; run as a process of its own. */
public final class EnvironmentProbe {
  private static final CallContext CONTEXT = CallContext.of(Priority.CHANGE);

  private EnvironmentProbe() {}

  public static void main(String[] args) {
    try (SdkEcs ecs = SdkEcs.fromEnvironment(new SimpleMeterRegistry())) {
      System.out.println(ecs.region() + " " + ecs.read("ListClusters", tree("{}"), CONTEXT).tree());
    } catch (AwsFailure | IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }
}
