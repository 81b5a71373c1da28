package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

/**
 * Scales the tasks of one revision, independent of other revisions. Tasks on draining instances are
 * replaced within the service's minimum and maximum percent.
 */
final class Scaling {
  private final World world;
  private final ServiceTasks tasks;
  private final BiConsumer<ServiceState, Instant> triggerAt;

  /**
   * @param triggerAt schedules a reconcile of a service at a later time
   */
  Scaling(World world, ServiceTasks tasks, BiConsumer<ServiceState, Instant> triggerAt) {
    this.world = world;
    this.tasks = tasks;
    this.triggerAt = triggerAt;
  }

  void bring(ServiceState service, RevisionTasks group, int desired) {
    DeploymentConfiguration configuration = service.settings().deploymentConfiguration();
    RollingUpdate.Decision decision =
        RollingUpdate.of(
                desired, configuration.minimumHealthyPercent(), configuration.maximumPercent())
            .decide(situation(group));
    tasks.stop(service, group, tasks.leastUseful(group, decision.stopTarget()));
    tasks.stop(service, group, tasks.displacedPending(group));
    tasks.stop(
        service,
        group,
        tasks
            .displacedServing(group)
            .sorted(Comparator.comparing(ServiceTask::isHealthy))
            .limit(decision.stopOld())
            .toList());
    if (decision.start() == 0) {
      return;
    }
    if (world.now().isBefore(group.notBefore())) {
      triggerAt.accept(service, group.notBefore());
    } else {
      tasks.start(service, group, decision.start());
    }
  }

  /** The tasks on draining instances take the role of an older revision in a rolling update. */
  private RollingUpdate.Situation situation(RevisionTasks group) {
    return new RollingUpdate.Situation(
        group.count(ServiceTask::isLive),
        group.count(task -> task.isLive() && !task.isWanted()),
        group.count(task -> task.isWanted() && !tasks.isDisplaced(task)),
        group.count(task -> task.isHealthy() && !tasks.isDisplaced(task)),
        group.count(task -> task.isServing() && tasks.isDisplaced(task)),
        group.count(task -> task.isHealthy() && tasks.isDisplaced(task)),
        true);
  }
}
