package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;
import java.time.Instant;

/** Ends failed deployments and rolls back to the last completed one. */
final class Rollbacks {
  private final World world;
  private final EventPublisher publisher;

  Rollbacks(World world, EventPublisher publisher) {
    this.world = world;
    this.publisher = publisher;
  }

  /**
   * Ends the deployment of the primary revision.
   *
   * @param rollBack whether to roll back; without a rollback the tasks stay as they are
   */
  void end(ServiceState service, DeploymentFailure why, boolean rollBack) {
    Instant now = world.now();
    Rollout failed = service.primary();
    failed.fail(why, now);
    publisher.deploymentFailed(service, failed);
    service.events().add(why.event(failed.revision().deploymentId()), now);
    DeploymentRecord record = service.history().getFirst();
    record.trigger(why);
    if (!rollBack) {
      record.stop(why.stopped(), now);
    } else if (service.lastCompleted().isEmpty()) {
      record.failToRollBack("No rollback candidate was found to run the rollback", now);
    } else {
      rollBack(service, service.lastCompleted().get(), record, why);
    }
  }

  /** Makes the last completed revision the primary again. */
  private void rollBack(
      ServiceState service, Revision to, DeploymentRecord record, DeploymentFailure why) {
    Instant now = world.now();
    Rollout target =
        service.older().stream()
            .filter(rollout -> rollout.revision() == to)
            .findFirst()
            .orElseGet(() -> new Rollout(to, now));
    service.lead(target);
    target.rollBackTo(why, now);
    publisher.deploymentInProgress(service, target);
    service.change(ServiceView.settings(service.settings(), to));
    service.setSteady(false);
    service.events().add("rolling back to deployment " + to.deploymentId() + ".", now);
    record.rollBack(to, why.rolledBack(), now);
  }
}
