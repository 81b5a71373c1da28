package io.ecsoperator.localecs.task;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;

/** Where a task can go. */
public sealed interface PlacementResult {
  /** On Fargate, where there is room. */
  record Fargate() implements PlacementResult {}

  /** On a container instance. */
  record Instance(String arn, String availabilityZone) implements PlacementResult {}

  /** Nowhere now; why, for each instance that was looked at. */
  record Failed(List<Failure> failures) implements PlacementResult {}

  /** No instance is registered at all. */
  record NoInstances() implements PlacementResult {}

  /** None yet, but the capacity provider adds instances: the task waits, PROVISIONING. */
  record AwaitingCapacity(List<PlacementConstraint> constraints, List<PlacementStrategy> strategies)
      implements PlacementResult {}
}
