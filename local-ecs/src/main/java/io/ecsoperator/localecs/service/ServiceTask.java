package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import java.util.Objects;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.HealthStatus;

/**
 * A task of a service.
 *
 * @param healthy whether a health check has found it healthy since it is RUNNING
 */
record ServiceTask(TaskState state, boolean healthy) {
  ServiceTask with(TaskState changed) {
    return new ServiceTask(changed, healthy);
  }

  String arn() {
    return state.task().taskArn();
  }

  /**
   * Whether its status is up to RUNNING, whatever its desired status. Such tasks count against the
   * upper bound.
   */
  boolean isLive() {
    return !state.status().isPast(TaskStatus.RUNNING);
  }

  boolean isWanted() {
    return state.isWanted();
  }

  boolean isRunning() {
    return state.status() == TaskStatus.RUNNING;
  }

  boolean isPending() {
    return isWanted() && state.status().isBefore(TaskStatus.RUNNING);
  }

  /** Whether it is healthy and its desired status is RUNNING. */
  boolean isHealthy() {
    return healthy && isServing();
  }

  /** Whether it is RUNNING by status and desired status, and not UNHEALTHY. */
  boolean isServing() {
    return isWanted() && isRunning() && state.task().healthStatus() != HealthStatus.UNHEALTHY;
  }

  /** Whether the scheduler may not stop it to scale in or to deploy. */
  boolean isProtected() {
    return state.protectedUntil().isPresent();
  }

  /** Whether it is STOPPING or beyond, and no longer blocks a deployment or deletion. */
  boolean isGone() {
    return state.status().isPast(TaskStatus.DEACTIVATING);
  }

  /**
   * Whether an essential container has a health check. Otherwise the run time decides about its
   * health.
   */
  boolean hasHealthChecks() {
    return state.definition().containerDefinitions().stream()
        .filter(ContainerDefinition::essential)
        .map(ContainerDefinition::healthCheck)
        .anyMatch(Objects::nonNull);
  }
}
