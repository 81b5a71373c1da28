package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

/** Carries out rolling updates and rollbacks, and keeps services at their desired count. */
final class RollingScheduler {
  /**
   * How long alarms are watched after all tasks are healthy. ECS derives this time from the alarms.
   */
  private static final Duration ALARM_BAKE = Duration.ofMinutes(5);

  private final World world;
  private final ServiceTasks tasks;
  private final EventPublisher publisher;
  private final BiConsumer<ServiceState, Instant> triggerAt;

  /**
   * @param triggerAt schedules a reconcile of a service at a later time
   */
  RollingScheduler(
      World world,
      ServiceTasks tasks,
      EventPublisher publisher,
      BiConsumer<ServiceState, Instant> triggerAt) {
    this.publisher = publisher;
    this.world = world;
    this.tasks = tasks;
    this.triggerAt = triggerAt;
  }

  void reconcile(ServiceState service) {
    roll(service);
    dropDrained(service);
    completeIfReached(service);
  }

  private void roll(ServiceState service) {
    Rollout primary = service.primary();
    RollingUpdate.Decision decision = update(service).decide(situation(service));
    if (!primary.hasFailed()) {
      tasks.stop(
          service,
          primary,
          oldestFirst(service.older(), ServiceTask::isPending, Integer.MAX_VALUE));
    }
    tasks.stop(service, primary, tasks.displacedPending(primary));
    tasks.stop(service, primary, replaced(service, decision.stopOld()));
    tasks.stop(service, primary, tasks.leastUseful(primary, decision.stopTarget()));
    if (decision.start() == 0) {
      return;
    }
    if (world.now().isBefore(primary.notBefore())) {
      triggerAt.accept(service, primary.notBefore());
    } else {
      tasks.start(service, primary, decision.start());
    }
  }

  private static RollingUpdate update(ServiceState service) {
    DeploymentConfiguration configuration = service.settings().deploymentConfiguration();
    return RollingUpdate.of(
        service.desired(), configuration.minimumHealthyPercent(), configuration.maximumPercent());
  }

  private RollingUpdate.Situation situation(ServiceState service) {
    Rollout primary = service.primary();
    return new RollingUpdate.Situation(
        service.count(ServiceTask::isLive),
        service.count(task -> task.isLive() && !task.isWanted()),
        primary.count(task -> task.isWanted() && !tasks.isDisplaced(task)),
        primary.count(task -> task.isHealthy() && !tasks.isDisplaced(task)),
        service.count(ServiceTask::isServing)
            - primary.count(task -> task.isServing() && !tasks.isDisplaced(task)),
        service.count(ServiceTask::isHealthy)
            - primary.count(task -> task.isHealthy() && !tasks.isDisplaced(task)),
        !primary.hasFailed());
  }

  /**
   * The tasks to replace: those of older revisions first, then those on draining instances.
   * Unhealthy tasks come before healthy ones; protected tasks are never replaced.
   */
  private List<ServiceTask> replaced(ServiceState service, int count) {
    return Stream.concat(
            oldestFirst(service.older(), ServiceTask::isServing, Integer.MAX_VALUE).stream()
                .filter(task -> !task.isProtected()),
            tasks.displacedServing(service.primary()))
        .sorted(Comparator.comparing(ServiceTask::isHealthy))
        .limit(count)
        .toList();
  }

  private static List<ServiceTask> oldestFirst(
      List<Rollout> rollouts, Predicate<ServiceTask> eligible, int count) {
    return rollouts.reversed().stream()
        .flatMap(rollout -> rollout.tasks().stream())
        .filter(eligible)
        .limit(count)
        .toList();
  }

  /** Drops drained rollouts. ECS shows a failed deployment until the next one is completed. */
  private static void dropDrained(ServiceState service) {
    boolean rolling = service.primary().isInProgress();
    service.forgetOlder(rollout -> rollout.isDrained() && !(rolling && rollout.hasFailed()));
  }

  private void completeIfReached(ServiceState service) {
    Rollout primary = service.primary();
    if (!primary.isInProgress() || !isThere(service)) {
      return;
    }
    Instant proven = provenAt(service);
    if (world.now().isBefore(proven)) {
      triggerAt.accept(service, proven);
    } else {
      complete(service);
    }
  }

  /** When a primary that has reached its desired state counts as completed: after its bake time. */
  private Instant provenAt(ServiceState service) {
    Rollout primary = service.primary();
    if (primary.isRollback()) {
      // The tasks of the rolled-back revision may still run.
      return primary.updatedAt().plus(HealthWatch.PROBATION);
    }
    Instant reached = primary.reached(world.now());
    return service
        .ongoing()
        .flatMap(record -> DeploymentAlarmRules.enabled(record.facts().deploymentConfiguration()))
        .map(alarms -> reached.plus(ALARM_BAKE))
        .orElse(reached);
  }

  /** Completes the deployment of the primary revision. */
  void complete(ServiceState service) {
    Instant now = world.now();
    Rollout primary = service.primary();
    service.ongoing().ifPresent(record -> record.complete(primary.isRollback(), now));
    primary.complete(now);
    publisher.deploymentCompleted(service, primary);
    dropDrained(service);
    service.completed(primary.revision());
    service
        .events()
        .add("(deployment " + primary.revision().deploymentId() + ") deployment completed.", now);
  }

  /**
   * Whether the service has converged: exactly the desired tasks run, all healthy and of the
   * primary revision.
   */
  static boolean isThere(ServiceState service) {
    Rollout primary = service.primary();
    return service.older().stream().allMatch(RevisionTasks::isDrained)
        && primary.count(ServiceTask::isWanted) == service.desired()
        && primary.count(ServiceTask::isHealthy) == service.desired();
  }
}
