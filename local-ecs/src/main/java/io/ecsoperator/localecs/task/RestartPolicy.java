package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;

/** Decides whether a container that ended by itself is restarted. */
final class RestartPolicy {
  private static final int STANDARD_SECONDS = 300;

  private RestartPolicy() {}

  /**
   * A container that ran for less than its {@code restartAttemptPeriod} is not restarted, so it
   * restarts at most once in that period.
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
