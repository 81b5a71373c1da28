package io.ecsoperator.localecs.task;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;

/** Where a task can be placed. */
public sealed interface PlacementResult {
  /** On Fargate, which has capacity. */
  record Fargate() implements PlacementResult {}

  /** On a container instance. */
  record Instance(String arn, String availabilityZone) implements PlacementResult {}

  /** No instance fits; the failures name the reason for each instance that was considered. */
  record Failed(List<Failure> failures) implements PlacementResult {}

  /** The cluster has no registered instance. */
  record NoInstances() implements PlacementResult {}

  /**
   * No instance fits yet, but the capacity provider adds instances. The task waits in PROVISIONING.
   */
  record AwaitingCapacity(List<PlacementConstraint> constraints, List<PlacementStrategy> strategies)
      implements PlacementResult {}
}
