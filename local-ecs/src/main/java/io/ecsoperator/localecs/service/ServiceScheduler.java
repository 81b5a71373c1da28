package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.surroundings.Surroundings;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Capacity;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;

/**
 * Brings each service to what it asks for. It looks at a service a moment after something about it
 * changed; everything that time alone changes is found by another look, so that a look at every
 * service is all that is needed to go on from a saved state.
 */
final class ServiceScheduler {
  /** From a change to the scheduler's look at it. */
  private static final Duration PACE = Duration.ofSeconds(1);

  /** How long an inactive service can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final World world;
  private final Services services;
  private final Surroundings surroundings;
  private final ServiceTasks tasks;
  private final HealthWatch health;
  private final Rollbacks rollbacks;
  private final RollingScheduler rolling;
  private final StagedScheduler staged;
  private final TaskSetScheduler taskSets;
  private final Tags tags;
  private final Announcements announcements;

  ServiceScheduler(
      World world,
      Services services,
      Tasks tasks,
      Capacity capacity,
      Tags tags,
      Surroundings surroundings,
      Announcements announcements) {
    this.announcements = announcements;
    this.world = world;
    this.services = services;
    this.surroundings = surroundings;
    this.tasks = new ServiceTasks(world, tasks, capacity, tags, announcements);
    this.tags = tags;
    this.rollbacks = new Rollbacks(world, announcements);
    DeploymentFailures failures = new DeploymentFailures(world, rollbacks, announcements);
    BiConsumer<ServiceState, Instant> wakeAt = this::wakeAt;
    this.health = new HealthWatch(world, surroundings, this.tasks, failures, wakeAt);
    Scaling scaling = new Scaling(world, this.tasks, wakeAt);
    this.rolling = new RollingScheduler(world, this.tasks, announcements, wakeAt);
    this.staged = new StagedScheduler(world, scaling, rolling, rollbacks, surroundings, wakeAt);
    this.taskSets = new TaskSetScheduler(world, scaling, tags, announcements);
    tasks.listen(new TaskWatch(this.tasks, failures, this::wake));
    capacity.listen(this::instanceChanged);
    surroundings.listen(() -> services.all().forEach(this::wake));
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

  /** Room came or went: those that may wait for it, or must leave, look again. */
  private void instanceChanged(InstanceState before, InstanceState after) {
    boolean onlyOccupied =
        before != after
            && before.occupants().size() <= after.occupants().size()
            && before.facts().status().equals(after.facts().status())
            && before.facts().agentConnected().equals(after.facts().agentConnected())
            && before.facts().attributes().equals(after.facts().attributes());
    if (onlyOccupied) {
      return;
    }
    services.in(after.clusterArn()).stream()
        .filter(service -> service.status() == ServiceState.Status.ACTIVE)
        .filter(
            service ->
                service.groups().anyMatch(group -> !group.revision().placement().isFargate()))
        .forEach(this::wake);
  }

  /** One time to come is enough: each look asks again for what is still to come. */
  private void wakeAt(ServiceState service, Instant time) {
    if (service.alarmClock().filter(set -> !set.isAfter(time)).isPresent()) {
      return;
    }
    service.setAlarmClock(Optional.of(time));
    world.after(
        Duration.between(world.now(), time),
        () -> {
          if (service.alarmClock().equals(Optional.of(time))) {
            service.setAlarmClock(Optional.empty());
          }
          wake(service);
        });
  }

  private void look(ServiceState service) {
    switch (service.status()) {
      case ACTIVE -> {
        health.judge(service);
        if (service.usesTaskSets()) {
          taskSets.look(service);
        } else {
          lookAtDeployments(service);
        }
      }
      case DRAINING -> drain(service);
      case INACTIVE -> {
        // Nothing is done for it any more.
      }
    }
  }

  private void lookAtDeployments(ServiceState service) {
    if (service.isDaemon()) {
      countDaemons(service);
    }
    service.ongoing().ifPresent(record -> endIfTold(service, record));
    if (isInStages(service)) {
      staged.look(service);
    }
    // Stages may just have ended with a rollback.
    if (!isInStages(service)) {
      rolling.look(service);
    }
    tellIfSteady(service);
  }

  private void countDaemons(ServiceState service) {
    int daemons = tasks.daemons(service);
    if (daemons != service.desired()) {
      service.change(service.settings().toBuilder().desiredCount(daemons).build());
      announcements.desiredCountUpdated(service);
    }
  }

  private static boolean isInStages(ServiceState service) {
    return service.ongoing().filter(DeploymentRecord::isInStages).isPresent();
  }

  /** Ends a deployment that somebody asked to end, or whose alarms went off. */
  private void endIfTold(ServiceState service, DeploymentRecord record) {
    record.start(world.now());
    switch (record.facts().status()) {
      case ROLLBACK_REQUESTED -> rollbacks.end(service, Setback.REQUESTED, true);
      case STOP_REQUESTED -> rollbacks.end(service, Setback.REQUESTED, false);
      case IN_PROGRESS -> {
        DeploymentConfiguration configuration = record.facts().deploymentConfiguration();
        List<String> triggered =
            DeploymentAlarmRules.triggered(configuration, surroundings.alarms());
        if (!triggered.isEmpty()) {
          record.triggeredAlarms(triggered);
          rollbacks.end(service, Setback.ALARM, DeploymentAlarmRules.rollBack(configuration));
        }
      }
      default -> {
        // It goes back already.
      }
    }
  }

  private void tellIfSteady(ServiceState service) {
    boolean steady =
        service.primary().state() == DeploymentRolloutState.COMPLETED
            && RollingScheduler.isThere(service);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
      announcements.steady(service);
    }
    service.setSteady(steady);
  }

  private void drain(ServiceState service) {
    for (RevisionTasks group : service.groups().toList()) {
      tasks.stop(service, group, group.members().stream().filter(Member::isWanted).toList());
    }
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
