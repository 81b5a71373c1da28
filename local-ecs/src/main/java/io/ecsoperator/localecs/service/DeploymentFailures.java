package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;
import java.time.Instant;

/** Counts the tasks that fail in a deployment, and ends it when there are too many. */
final class DeploymentFailures {
  private static final int FAILED_LAUNCHES_WORTH_TELLING = 3;

  private final World world;

  DeploymentFailures(World world) {
    this.world = world;
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
      open(service, rollout, breaker);
    }
  }

  /** A task never came to run: the next launches wait. */
  void delayLaunches(ServiceTasks.Place place) {
    place.group().delayLaunches(world.now());
    if (place.group().failedLaunches() == FAILED_LAUNCHES_WORTH_TELLING) {
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

  private void open(ServiceState service, Rollout failed, CircuitBreaker breaker) {
    Instant now = world.now();
    failed.fail(now);
    service
        .events()
        .add(
            "(deployment "
                + failed.revision().deploymentId()
                + ") deployment failed: tasks failed to start.",
            now);
    DeploymentRecord record = service.history().getFirst();
    if (!breaker.rollsBack()) {
      record.stop(
          true,
          "Service deployment was stopped because the circuit breaker threshold was exceeded.",
          now);
    } else if (service.lastCompleted().isEmpty()) {
      record.failToRollBack("No rollback candidate was found to run the rollback", now);
    } else {
      rollBack(service, service.lastCompleted().get(), record);
    }
  }

  /** The last revision that was completed becomes the primary again, with its tasks. */
  private void rollBack(ServiceState service, Revision to, DeploymentRecord record) {
    Instant now = world.now();
    Rollout target =
        service.older().stream()
            .filter(rollout -> rollout.revision() == to)
            .findFirst()
            .orElseGet(() -> new Rollout(to, now));
    service.rollouts().remove(target);
    service.rollouts().addFirst(target);
    target.rollBackTo(now);
    service.change(ServiceView.settings(service.settings(), to));
    service.events().add("rolling back to deployment " + to.deploymentId() + ".", now);
    record.rollBack(
        to,
        "Service deployment rolled back because the circuit breaker threshold was exceeded.",
        now);
  }
}
