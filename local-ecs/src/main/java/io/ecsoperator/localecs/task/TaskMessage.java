package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;

/** Something that happened to a task. */
sealed interface TaskMessage {
  /** A step of its life, asked for by {@link TaskEffect.Begin}, is over. */
  record Done(TaskStep step) implements TaskMessage {}

  /** An image could not be pulled. */
  record PullFailed(String container, String reason) implements TaskMessage {}

  record ContainerStarted(String container, List<NetworkBinding> bindings) implements TaskMessage {}

  /**
   * A container ended.
   *
   * @param ran how long it ran by itself; nothing where it was told to stop
   */
  record ContainerExited(String container, int exitCode, Duration ran) implements TaskMessage {}

  /** A container's {@code startTimeout} is over, whatever it came to. */
  record StartTimedOut(String container) implements TaskMessage {}

  record HealthChecked(String container, HealthStatus health) implements TaskMessage {}

  /** Somebody wants it to end. */
  record StopRequested(String stopCode, String reason) implements TaskMessage {}

  /** Room was found for a task that waited for it. */
  record Placed(PlacementResult.Instance on) implements TaskMessage {}

  /** Its container instance is gone, and with it all that ran there. */
  record HostLost(String stopCode, String reason) implements TaskMessage {}
}
