package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.surroundings.Surroundings;
import io.ecsoperator.localecs.surroundings.TargetHealth;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;

/**
 * Judges the running tasks of a service: healthy where containers and load balancers say so, or,
 * where neither says anything, after 40 s; unhealthy ones go when the grace period is over.
 */
final class HealthWatch {
  /** How long a task that nobody checks must run to count as healthy. */
  static final Duration PROBATION = Duration.ofSeconds(40);

  /** From RUNNING until a load balancer has checked a target often enough. */
  private static final Duration FIRST_CHECKS = Duration.ofSeconds(10);

  private final World world;
  private final Surroundings surroundings;
  private final ServiceTasks tasks;
  private final DeploymentFailures failures;
  private final BiConsumer<ServiceState, Instant> wakeAt;

  /**
   * @param wakeAt makes the scheduler look at a service at a time to come
   */
  HealthWatch(
      World world,
      Surroundings surroundings,
      ServiceTasks tasks,
      DeploymentFailures failures,
      BiConsumer<ServiceState, Instant> wakeAt) {
    this.world = world;
    this.surroundings = surroundings;
    this.tasks = tasks;
    this.failures = failures;
    this.wakeAt = wakeAt;
  }

  /** What is known of a task's health. */
  private sealed interface Verdict {
    record Healthy() implements Verdict {}

    /** Not decided yet; time alone decides at {@code until}, if it does. */
    record Open(Optional<Instant> until) implements Verdict {}

    record ContainerUnhealthy() implements Verdict {}

    record TargetUnhealthy(LoadBalancer loadBalancer) implements Verdict {}
  }

  void judge(ServiceState service) {
    for (RevisionTasks group : service.groups().toList()) {
      for (Member member : List.copyOf(group.members())) {
        if (member.isWanted() && member.isRunning()) {
          judge(new ServiceTasks.Place(service, group), member);
        }
      }
    }
  }

  private void judge(ServiceTasks.Place place, Member member) {
    switch (verdict(place.group().revision(), member)) {
      case Verdict.Healthy _ -> {
        if (!member.healthy()) {
          place.group().put(new Member(member.state(), true));
          failures.forgive(place);
        }
      }
      case Verdict.Open(Optional<Instant> until) ->
          until.ifPresent(time -> wakeAt.accept(place.service(), time));
      case Verdict.ContainerUnhealthy _ -> {
        if (isGraceOver(place, member)) {
          failures.count(place, member);
          tasks.stopUnhealthy(place.service(), member);
        }
      }
      case Verdict.TargetUnhealthy(LoadBalancer loadBalancer) -> {
        if (isGraceOver(place, member)) {
          failures.count(place, member);
          tasks.stopUnhealthy(place, member, loadBalancer);
        } else {
          place.group().put(new Member(member.state(), false));
        }
      }
    }
  }

  private boolean isGraceOver(ServiceTasks.Place place, Member member) {
    Instant end =
        member
            .state()
            .task()
            .startedAt()
            .plusSeconds(place.service().settings().healthCheckGracePeriodSeconds());
    if (world.now().isBefore(end)) {
      wakeAt.accept(place.service(), end);
      return false;
    }
    return true;
  }

  private Verdict verdict(Revision revision, Member member) {
    List<LoadBalancer> targets = revision.targetGroups();
    HealthStatus containers = member.state().task().healthStatus();
    if (member.hasHealthChecks() && containers == HealthStatus.UNHEALTHY) {
      return new Verdict.ContainerUnhealthy();
    }
    boolean containersAgree = !member.hasHealthChecks() || containers == HealthStatus.HEALTHY;
    if (!targets.isEmpty()) {
      return ofTargets(targets, member, containersAgree);
    }
    if (member.hasHealthChecks()) {
      return containersAgree ? new Verdict.Healthy() : new Verdict.Open(Optional.empty());
    }
    Instant proven = member.state().task().startedAt().plus(PROBATION);
    return world.now().isBefore(proven)
        ? new Verdict.Open(Optional.of(proven))
        : new Verdict.Healthy();
  }

  private Verdict ofTargets(List<LoadBalancer> targets, Member member, boolean containersAgree) {
    Instant checked = member.state().task().startedAt().plus(FIRST_CHECKS);
    if (world.now().isBefore(checked)) {
      return new Verdict.Open(Optional.of(checked));
    }
    for (LoadBalancer target : targets) {
      TargetHealth health = surroundings.target(target.targetGroupArn(), member.arn());
      if (health == TargetHealth.UNHEALTHY) {
        return new Verdict.TargetUnhealthy(target);
      }
      if (health == TargetHealth.INITIAL) {
        return new Verdict.Open(Optional.empty());
      }
    }
    return containersAgree ? new Verdict.Healthy() : new Verdict.Open(Optional.empty());
  }
}
