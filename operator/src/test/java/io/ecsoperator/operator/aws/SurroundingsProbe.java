package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.Trees.tree;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Calls ECS as the environment of this process says, in a process of its own. */
public final class SurroundingsProbe {
  private static final CallContext PURPOSE = CallContext.of(Priority.CHANGE);

  private SurroundingsProbe() {}

  public static void main(String[] args) {
    try (SdkEcs ecs = SdkEcs.fromEnvironment(new SimpleMeterRegistry())) {
      System.out.println(ecs.region() + " " + ecs.read("ListClusters", tree("{}"), PURPOSE).tree());
    } catch (AwsFailure | IllegalStateException e) {
      System.out.println(e.getMessage());
    }
  }
}
