package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;

/** Counts the tasks that fail in a deployment, and ends it when there are too many. */
final class DeploymentFailures {
  private static final int FAILED_LAUNCHES_WORTH_TELLING = 3;

  private final World world;
  private final Rollbacks rollbacks;
  private final Announcements announcements;

  DeploymentFailures(World world, Rollbacks rollbacks, Announcements announcements) {
    this.announcements = announcements;
    this.world = world;
    this.rollbacks = rollbacks;
  }

  /** A task ended that nobody asked to, or had to be stopped because it was unhealthy. */
  void count(ServiceTasks.Place place, Member member) {
    ServiceState service = place.service();
    if (!(place.group() instanceof Rollout rollout)
        || !rollout.isInProgress()
        || rollout != service.primary()
        || member.healthy()) {
      return;
    }
    rollout.countFailure();
    record(service, rollout);
    CircuitBreaker breaker = breaker(service);
    if (breaker.isEnabled()
        && !rollout.isRollback()
        && rollout.failures() >= breaker.threshold(service.desired())) {
      rollbacks.end(service, Setback.TASKS_FAILED, breaker.rollsBack());
    }
  }

  /** A task never came to run: the next launches wait. */
  void delayLaunches(ServiceTasks.Place place) {
    place.group().delayLaunches(world.now());
    if (place.group().failedLaunches() == FAILED_LAUNCHES_WORTH_TELLING) {
      announcements.startImpaired(place.service());
      place
          .service()
          .events()
          .addOnce(
              "is unable to consistently start tasks successfully. For more information, see"
                  + " the Troubleshooting section of the Amazon ECS Developer Guide.",
              world.now());
    }
  }

  /** A task became healthy. */
  void forgive(ServiceTasks.Place place) {
    if (place.group() instanceof Rollout rollout
        && breaker(place.service()).forgivesOnHealthyTask()) {
      rollout.forgiveFailures();
      record(place.service(), rollout);
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
