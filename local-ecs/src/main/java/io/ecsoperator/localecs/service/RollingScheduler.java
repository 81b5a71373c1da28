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

/** Carries out rolling updates and rollbacks, and keeps a service at its count between them. */
final class RollingScheduler {
  /** How long alarms are watched when all tasks are there; ECS derives it from the alarms. */
  private static final Duration ALARM_BAKE = Duration.ofMinutes(5);

  private final World world;
  private final ServiceTasks tasks;
  private final EventPublisher publisher;
  private final BiConsumer<ServiceState, Instant> triggerAt;

  /**
   * @param triggerAt makes the scheduler look at a service at a time to come
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
   * Tasks of older revisions, then those on draining instances; what is not healthy goes before
   * what is, and protected ones never.
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

  /** A failed deployment is shown until the one after it is done. */
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

  /** When a primary that has reached what was asked for has shown that it can be relied on. */
  private Instant provenAt(ServiceState service) {
    Rollout primary = service.primary();
    if (primary.isRollback()) {
      // Its tasks may never have left.
      return primary.updatedAt().plus(HealthWatch.PROBATION);
    }
    Instant reached = primary.reached(world.now());
    return service
        .ongoing()
        .flatMap(record -> DeploymentAlarmRules.enabled(record.facts().deploymentConfiguration()))
        .map(alarms -> reached.plus(ALARM_BAKE))
        .orElse(reached);
  }

  /** The primary is what was asked for. */
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

  /** Whether exactly the tasks that are wanted are there, all healthy, all of the primary. */
  static boolean isThere(ServiceState service) {
    Rollout primary = service.primary();
    return service.older().stream().allMatch(RevisionTasks::isDrained)
        && primary.count(ServiceTask::isWanted) == service.desired()
        && primary.count(ServiceTask::isHealthy) == service.desired();
  }
}
