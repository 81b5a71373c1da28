package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;

/** Whether a container that ended by itself is started again in its place. */
final class RestartPolicy {
  private static final int STANDARD_SECONDS = 300;

  private RestartPolicy() {}

  /**
   * One that ended too soon is not; so none is restarted more often than once in its {@code
   * restartAttemptPeriod}.
   */
  static boolean restarts(ContainerDefinition container, int exitCode, Duration ran) {
    ContainerRestartPolicy policy = container.restartPolicy();
    if (policy == null || !Boolean.TRUE.equals(policy.enabled())) {
      return false;
    }
    int period = Optional.ofNullable(policy.restartAttemptPeriod()).orElse(STANDARD_SECONDS);
    return !policy.ignoredExitCodes().contains(exitCode) && ran.toSeconds() >= period;
  }
}
