package io.ecsoperator.localecs.task;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.Failure;

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
}
