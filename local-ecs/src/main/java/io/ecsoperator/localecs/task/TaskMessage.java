package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;

/** An event in the life of a task. */
sealed interface TaskMessage {
  /** A step that {@link TaskEffect.Begin} requested is over. */
  record Done(TaskStep step) implements TaskMessage {}

  /** An image could not be pulled. */
  record PullFailed(String container, String reason) implements TaskMessage {}

  record ContainerStarted(String container, List<NetworkBinding> bindings) implements TaskMessage {}

  /**
   * A container ended.
   *
   * @param ran how long it ran by itself; zero where it was stopped
   */
  record ContainerExited(String container, int exitCode, Duration ran) implements TaskMessage {}

  /** A container's {@code startTimeout} has passed. */
  record StartTimedOut(String container) implements TaskMessage {}

  record HealthChecked(String container, HealthStatus health) implements TaskMessage {}

  /** A user or a scheduler requested the stop of the task. */
  record StopRequested(String stopCode, String reason) implements TaskMessage {}

  /** A waiting task was placed on an instance. */
  record Placed(PlacementResult.Instance on) implements TaskMessage {}

  /** Its container instance is gone, with all its containers. */
  record HostLost(String stopCode, String reason) implements TaskMessage {}
}
