package io.ecsoperator.localecs.task;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;

/** Where a task can go. */
public sealed interface Spot {
  /** On Fargate, where there is room. */
  record Fargate() implements Spot {}

  /** On a container instance. */
  record Instance(String arn, String availabilityZone) implements Spot {}

  /** Nowhere now; why, for each instance that was looked at. */
  record Nowhere(List<Failure> failures) implements Spot {}

  /** No instance is registered at all. */
  record NoInstances() implements Spot {}

  /** None yet, but the capacity provider adds instances: the task waits, PROVISIONING. */
  record Awaited(List<PlacementConstraint> constraints, List<PlacementStrategy> strategies)
      implements Spot {}
}
