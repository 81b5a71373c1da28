package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskStatus;
import java.util.Objects;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.HealthStatus;

/**
 * A task of a service.
 *
 * @param healthy whether it was found healthy since it runs
 */
record ServiceTask(TaskState state, boolean healthy) {
  ServiceTask with(TaskState changed) {
    return new ServiceTask(changed, healthy);
  }

  String arn() {
    return state.task().taskArn();
  }

  /** Up to RUNNING, whether it is meant to run on or not: it counts against the upper bound. */
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

  /** Healthy now, and meant to run on. */
  boolean isHealthy() {
    return healthy && isServing();
  }

  /** Runs, is meant to, and its health checks do not say otherwise. */
  boolean isServing() {
    return isWanted() && isRunning() && state.task().healthStatus() != HealthStatus.UNHEALTHY;
  }

  /** Whether the scheduler may not stop it to scale in or to deploy. */
  boolean isProtected() {
    return state.protectedUntil().isPresent();
  }

  /** No longer in the way of a deployment or a deletion: STOPPING or beyond. */
  boolean isGone() {
    return state.status().isPast(TaskStatus.DEACTIVATING);
  }

  /** Whether its containers tell their health; else time tells. */
  boolean hasHealthChecks() {
    return state.definition().containerDefinitions().stream()
        .filter(ContainerDefinition::essential)
        .map(ContainerDefinition::healthCheck)
        .anyMatch(Objects::nonNull);
  }
}
