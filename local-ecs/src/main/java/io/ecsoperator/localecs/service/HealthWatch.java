package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.external.TargetHealth;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;

/**
 * Checks the health of a service's running tasks. A task is healthy when its containers and load
 * balancers report so, or, without either, 40 s after RUNNING. Unhealthy tasks are stopped after
 * the grace period.
 */
final class HealthWatch {
  /** How long a task without health checks must run to count as healthy. */
  static final Duration PROBATION = Duration.ofSeconds(40);

  /** From RUNNING until a load balancer has checked a target often enough. */
  private static final Duration FIRST_CHECKS = Duration.ofSeconds(10);

  private final World world;
  private final ExternalDependencies external;
  private final ServiceTasks tasks;
  private final TaskFailureTracker failures;
  private final BiConsumer<ServiceState, Instant> triggerAt;

  /**
   * @param triggerAt schedules a reconcile of a service at a later time
   */
  HealthWatch(
      World world,
      ExternalDependencies external,
      ServiceTasks tasks,
      TaskFailureTracker failures,
      BiConsumer<ServiceState, Instant> triggerAt) {
    this.world = world;
    this.external = external;
    this.tasks = tasks;
    this.failures = failures;
    this.triggerAt = triggerAt;
  }

  /** The health of a task. */
  private sealed interface HealthResult {
    record Healthy() implements HealthResult {}

    /** Not decided yet; decided by time alone at {@code until}, if given. */
    record Undecided(Optional<Instant> until) implements HealthResult {}

    record ContainerUnhealthy() implements HealthResult {}

    record TargetUnhealthy(LoadBalancer loadBalancer) implements HealthResult {}
  }

  void check(ServiceState service) {
    for (RevisionTasks group : service.groups().toList()) {
      for (ServiceTask task : List.copyOf(group.tasks())) {
        if (task.isWanted() && task.isRunning()) {
          check(new ServiceTasks.Owner(service, group), task);
        }
      }
    }
  }

  private void check(ServiceTasks.Owner owner, ServiceTask task) {
    switch (evaluate(owner.group().revision(), task)) {
      case HealthResult.Healthy _ -> {
        if (!task.healthy()) {
          owner.group().put(new ServiceTask(task.state(), true));
          failures.forgive(owner);
        }
      }
      case HealthResult.Undecided(Optional<Instant> until) ->
          until.ifPresent(time -> triggerAt.accept(owner.service(), time));
      case HealthResult.ContainerUnhealthy _ -> {
        if (isGraceOver(owner, task)) {
          failures.count(owner, task);
          tasks.stopUnhealthy(owner.service(), task);
        }
      }
      case HealthResult.TargetUnhealthy(LoadBalancer loadBalancer) -> {
        if (isGraceOver(owner, task)) {
          failures.count(owner, task);
          tasks.stopUnhealthy(owner, task, loadBalancer);
        } else {
          owner.group().put(new ServiceTask(task.state(), false));
        }
      }
    }
  }

  private boolean isGraceOver(ServiceTasks.Owner owner, ServiceTask task) {
    Instant end =
        task.state()
            .task()
            .startedAt()
            .plusSeconds(owner.service().settings().healthCheckGracePeriodSeconds());
    if (world.now().isBefore(end)) {
      triggerAt.accept(owner.service(), end);
      return false;
    }
    return true;
  }

  private HealthResult evaluate(Revision revision, ServiceTask task) {
    List<LoadBalancer> targets = revision.targetGroups();
    HealthStatus containers = task.state().task().healthStatus();
    if (task.hasHealthChecks() && containers == HealthStatus.UNHEALTHY) {
      return new HealthResult.ContainerUnhealthy();
    }
    boolean containersAgree = !task.hasHealthChecks() || containers == HealthStatus.HEALTHY;
    if (!targets.isEmpty()) {
      return ofTargets(targets, task, containersAgree);
    }
    if (task.hasHealthChecks()) {
      return containersAgree
          ? new HealthResult.Healthy()
          : new HealthResult.Undecided(Optional.empty());
    }
    Instant proven = task.state().task().startedAt().plus(PROBATION);
    return world.now().isBefore(proven)
        ? new HealthResult.Undecided(Optional.of(proven))
        : new HealthResult.Healthy();
  }

  private HealthResult ofTargets(
      List<LoadBalancer> targets, ServiceTask task, boolean containersAgree) {
    Instant checked = task.state().task().startedAt().plus(FIRST_CHECKS);
    if (world.now().isBefore(checked)) {
      return new HealthResult.Undecided(Optional.of(checked));
    }
    for (LoadBalancer target : targets) {
      TargetHealth health = external.target(target.targetGroupArn(), task.arn());
      if (health == TargetHealth.UNHEALTHY) {
        return new HealthResult.TargetUnhealthy(target);
      }
      if (health == TargetHealth.INITIAL) {
        return new HealthResult.Undecided(Optional.empty());
      }
    }
    return containersAgree
        ? new HealthResult.Healthy()
        : new HealthResult.Undecided(Optional.empty());
  }
}
