package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;

/**
 * Counts the failed tasks of a deployment, and ends the deployment when the circuit breaker
 * triggers.
 */
final class TaskFailureTracker {
  private static final int FAILED_LAUNCHES_UNTIL_REPORTED = 3;

  private final World world;
  private final Rollbacks rollbacks;
  private final EventPublisher publisher;

  TaskFailureTracker(World world, Rollbacks rollbacks, EventPublisher publisher) {
    this.publisher = publisher;
    this.world = world;
    this.rollbacks = rollbacks;
  }

  /** Counts a task that ended without a request or was stopped because it was unhealthy. */
  void count(ServiceTasks.Owner owner, ServiceTask task) {
    ServiceState service = owner.service();
    if (!(owner.group() instanceof Rollout rollout)
        || !rollout.isInProgress()
        || rollout != service.primary()
        || task.healthy()) {
      return;
    }
    rollout.countFailure();
    record(service, rollout);
    CircuitBreaker breaker = breaker(service);
    if (breaker.isEnabled()
        && !rollout.isRollback()
        && rollout.failures() >= breaker.threshold(service.desired())) {
      rollbacks.end(service, DeploymentFailure.TASKS_FAILED, breaker.rollsBack());
    }
  }

  /** Delays the next launches after a task that never ran. */
  void delayLaunches(ServiceTasks.Owner owner) {
    owner.group().delayLaunches(world.now());
    if (owner.group().failedLaunches() == FAILED_LAUNCHES_UNTIL_REPORTED) {
      publisher.startImpaired(owner.service());
      owner
          .service()
          .events()
          .addOnce(
              "is unable to consistently start tasks successfully. For more information, see"
                  + " the Troubleshooting section of the Amazon ECS Developer Guide.",
              world.now());
    }
  }

  /** Resets the failure count after a task became healthy, where the circuit breaker says so. */
  void forgive(ServiceTasks.Owner owner) {
    if (owner.group() instanceof Rollout rollout
        && breaker(owner.service()).forgivesOnHealthyTask()) {
      rollout.forgiveFailures();
      record(owner.service(), rollout);
    }
  }

  private static void record(ServiceState service, Rollout rollout) {
    service.history().stream()
        .findFirst()
        .filter(record -> !record.isOver() && rollout == service.primary())
        .ifPresent(record -> record.countFailures(rollout.failures()));
  }

  private static CircuitBreaker breaker(ServiceState service) {
    return CircuitBreaker.of(service.settings().deploymentConfiguration());
  }
}
