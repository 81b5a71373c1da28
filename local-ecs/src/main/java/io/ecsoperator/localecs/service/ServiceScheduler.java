package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;

/**
 * Brings each service to what it asks for: starts and stops tasks, completes deployments, drains.
 * It looks at a service a moment after something about it changed.
 */
final class ServiceScheduler {
  /** From a change to the scheduler's look at it. */
  private static final Duration PACE = Duration.ofSeconds(1);

  /** How long an inactive service can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final World world;
  private final Services services;
  private final ServiceTasks tasks;
  private final TaskSetScheduler taskSets;
  private final Tags tags;

  ServiceScheduler(World world, Services services, Tasks tasks, Tags tags) {
    this.world = world;
    this.services = services;
    this.tasks = new ServiceTasks(world, tasks, tags);
    this.taskSets = new TaskSetScheduler(world, this.tasks, tags, this::wakeAt);
    this.tags = tags;
    tasks.listen(new TaskWatch(world, this.tasks, new DeploymentFailures(world), this::wake));
  }

  /** Looks at the service soon. */
  void wake(ServiceState service) {
    if (service.isAwake()) {
      return;
    }
    service.setAwake(true);
    world.after(
        PACE,
        () -> {
          service.setAwake(false);
          look(service);
        });
  }

  private void wakeAt(ServiceState service, Instant time) {
    world.after(Duration.between(world.now(), time), () -> wake(service));
  }

  private void look(ServiceState service) {
    switch (service.status()) {
      case ACTIVE -> {
        if (service.usesTaskSets()) {
          taskSets.look(service);
          return;
        }
        service.history().stream().findFirst().ifPresent(record -> record.start(world.now()));
        roll(service);
        dropDrained(service);
        completeIfReached(service);
        tellIfSteady(service);
      }
      case DRAINING -> drain(service);
      case INACTIVE -> {
        // Nothing is done for it any more.
      }
    }
  }

  private void roll(ServiceState service) {
    Rollout primary = service.primary();
    RollingUpdate.Decision decision = update(service).decide(situation(service));
    if (!primary.hasFailed()) {
      tasks.stop(service, oldestFirst(service.older(), Member::isPending, Integer.MAX_VALUE));
    }
    tasks.stop(service, oldestFirst(service.older(), Member::isServing, decision.stopOld()));
    tasks.stop(service, ServiceTasks.leastUseful(primary, decision.stopTarget()));
    if (decision.start() == 0) {
      return;
    }
    if (world.now().isBefore(primary.notBefore())) {
      wakeAt(service, primary.notBefore());
    } else {
      tasks.start(service, primary, decision.start());
    }
  }

  private static RollingUpdate update(ServiceState service) {
    DeploymentConfiguration configuration = service.settings().deploymentConfiguration();
    return RollingUpdate.of(
        service.desired(), configuration.minimumHealthyPercent(), configuration.maximumPercent());
  }

  private static RollingUpdate.Situation situation(ServiceState service) {
    Rollout primary = service.primary();
    return new RollingUpdate.Situation(
        service.count(Member::isLive),
        service.count(member -> member.isLive() && !member.isWanted()),
        primary.count(Member::isWanted),
        primary.count(Member::isHealthy),
        service.count(Member::isServing) - primary.count(Member::isServing),
        !primary.hasFailed());
  }

  private static List<Member> oldestFirst(
      List<Rollout> rollouts, Predicate<Member> eligible, int count) {
    return rollouts.reversed().stream()
        .flatMap(rollout -> rollout.members().stream())
        .filter(eligible)
        .limit(count)
        .toList();
  }

  private static List<Member> oldestFirst(
      RevisionTasks group, Predicate<Member> eligible, int count) {
    return group.members().stream().filter(eligible).limit(count).toList();
  }

  /** A failed deployment is shown until the one after it is done. */
  private static void dropDrained(ServiceState service) {
    boolean rolling = service.primary().isInProgress();
    service.older().removeIf(rollout -> rollout.isDrained() && !(rolling && rollout.hasFailed()));
  }

  private void completeIfReached(ServiceState service) {
    Rollout primary = service.primary();
    if (!primary.isInProgress() || !isThere(service)) {
      return;
    }
    Instant now = world.now();
    Instant proven = primary.updatedAt().plus(TaskWatch.PROBATION);
    if (primary.isRollback() && now.isBefore(proven)) {
      // Its tasks may never have left; it still has to prove itself.
      wakeAt(service, proven);
      return;
    }
    service.history().stream()
        .findFirst()
        .filter(record -> !record.isOver())
        .ifPresent(record -> record.complete(primary.isRollback(), now));
    primary.complete(now);
    dropDrained(service);
    service.completed(primary.revision());
    service
        .events()
        .add("(deployment " + primary.revision().deploymentId() + ") deployment completed.", now);
  }

  /** Whether exactly the tasks that are wanted are there, all healthy, all of the primary. */
  private static boolean isThere(ServiceState service) {
    Rollout primary = service.primary();
    return service.older().stream().allMatch(RevisionTasks::isDrained)
        && primary.count(Member::isWanted) == service.desired()
        && primary.count(Member::isHealthy) == service.desired();
  }

  private void tellIfSteady(ServiceState service) {
    boolean steady =
        service.primary().state() == DeploymentRolloutState.COMPLETED && isThere(service);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
    }
    service.setSteady(steady);
  }

  private void drain(ServiceState service) {
    service
        .groups()
        .toList()
        .forEach(
            group ->
                tasks.stop(
                    service, group, oldestFirst(group, Member::isWanted, Integer.MAX_VALUE)));
    if (service.groups().allMatch(RevisionTasks::isDrained)) {
      service.become(ServiceState.Status.INACTIVE);
      tags.retire(
          service.arn(),
          "The specified service is inactive. Specify an active service and try again.");
      world.after(RETENTION, () -> forget(service));
    }
  }

  private void forget(ServiceState service) {
    // Unless another service took its name meanwhile.
    if (services.forget(service)) {
      tags.forget(service.arn());
    }
  }
}
