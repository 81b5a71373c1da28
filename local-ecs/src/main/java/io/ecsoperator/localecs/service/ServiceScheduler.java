package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.instance.InstanceState;
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
 * Reconciles services with their desired state. A change triggers a reconcile after one second.
 * Each reconcile schedules the next one where only time has to pass, so that a saved world
 * continues after one reconcile of every service.
 */
public final class ServiceScheduler {
  /** From a change to the reconcile. */
  private static final Duration REACTION_TIME = Duration.ofSeconds(1);

  /** How long an inactive service can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final World world;
  private final Services services;
  private final ExternalDependencies external;
  private final ServiceTasks tasks;
  private final HealthWatch health;
  private final Rollbacks rollbacks;
  private final RollingScheduler rolling;
  private final StagedScheduler staged;
  private final TaskSetScheduler taskSets;
  private final Tags tags;
  private final EventPublisher publisher;

  public ServiceScheduler(
      World world,
      Services services,
      Tasks tasks,
      Capacity capacity,
      Tags tags,
      ExternalDependencies external,
      EventPublisher publisher) {
    this.publisher = publisher;
    this.world = world;
    this.services = services;
    this.external = external;
    this.tasks = new ServiceTasks(world, tasks, capacity, tags, publisher);
    this.tags = tags;
    this.rollbacks = new Rollbacks(world, publisher);
    TaskFailureTracker failures = new TaskFailureTracker(world, rollbacks, publisher);
    BiConsumer<ServiceState, Instant> triggerAt = this::triggerAt;
    this.health = new HealthWatch(world, external, this.tasks, failures, triggerAt);
    Scaling scaling = new Scaling(world, this.tasks, triggerAt);
    this.rolling = new RollingScheduler(world, this.tasks, publisher, triggerAt);
    this.staged = new StagedScheduler(world, scaling, rolling, rollbacks, external, triggerAt);
    this.taskSets = new TaskSetScheduler(world, scaling, tags, publisher);
    tasks.listen(new TaskWatch(this.tasks, failures, this::trigger));
    capacity.listen(this::instanceChanged);
    external.listen(() -> services.all().forEach(this::trigger));
  }

  /** Queues a reconcile of the service, unless one is queued already. */
  void trigger(ServiceState service) {
    if (service.isTriggered()) {
      return;
    }
    service.setTriggered(true);
    world.after(
        REACTION_TIME,
        () -> {
          service.setTriggered(false);
          reconcile(service);
        });
  }

  /**
   * Triggers the services that may wait for the changed instance's resources, or must leave the
   * instance.
   */
  private void instanceChanged(InstanceState before, InstanceState after) {
    boolean onlyOccupied =
        before != after
            && before.reservations().size() <= after.reservations().size()
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
        .forEach(this::trigger);
  }

  /**
   * Schedules a reconcile. Only the earliest time is kept, because each reconcile schedules the
   * next one.
   */
  private void triggerAt(ServiceState service, Instant time) {
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
          trigger(service);
        });
  }

  private void reconcile(ServiceState service) {
    switch (service.status()) {
      case ACTIVE -> {
        health.check(service);
        if (service.usesTaskSets()) {
          taskSets.reconcile(service);
        } else {
          reconcileDeployments(service);
        }
      }
      case DRAINING -> drain(service);
      case INACTIVE -> {
        // An INACTIVE service needs no reconcile.
      }
    }
  }

  private void reconcileDeployments(ServiceState service) {
    if (service.isDaemon()) {
      countDaemons(service);
    }
    service.ongoing().ifPresent(record -> endIfRequested(service, record));
    if (isInStages(service)) {
      staged.reconcile(service);
    }
    // The stages may have ended with a rollback above.
    if (!isInStages(service)) {
      rolling.reconcile(service);
    }
    reportSteadyState(service);
  }

  private void countDaemons(ServiceState service) {
    int daemons = tasks.daemons(service);
    if (daemons != service.desired()) {
      service.change(service.settings().toBuilder().desiredCount(daemons).build());
      publisher.desiredCountUpdated(service);
    }
  }

  private static boolean isInStages(ServiceState service) {
    return service.ongoing().filter(DeploymentRecord::isInStages).isPresent();
  }

  /** Ends a deployment that has a stop request or an alarm in ALARM. */
  private void endIfRequested(ServiceState service, DeploymentRecord record) {
    record.start(world.now());
    switch (record.facts().status()) {
      case ROLLBACK_REQUESTED -> rollbacks.end(service, DeploymentFailure.REQUESTED, true);
      case STOP_REQUESTED -> rollbacks.end(service, DeploymentFailure.REQUESTED, false);
      case IN_PROGRESS -> {
        DeploymentConfiguration configuration = record.facts().deploymentConfiguration();
        List<String> triggered = DeploymentAlarmRules.triggered(configuration, external.alarms());
        if (!triggered.isEmpty()) {
          record.triggeredAlarms(triggered);
          rollbacks.end(
              service, DeploymentFailure.ALARM, DeploymentAlarmRules.rollBack(configuration));
        }
      }
      default -> {
        // A rollback is under way already.
      }
    }
  }

  private void reportSteadyState(ServiceState service) {
    boolean steady =
        service.primary().state() == DeploymentRolloutState.COMPLETED
            && RollingScheduler.isThere(service);
    if (steady && !service.isSteady()) {
      service.events().add("has reached a steady state.", world.now());
      publisher.steady(service);
    }
    service.setSteady(steady);
  }

  private void drain(ServiceState service) {
    for (RevisionTasks group : service.groups().toList()) {
      tasks.stop(service, group, group.tasks().stream().filter(ServiceTask::isWanted).toList());
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
    // Another service may have taken the name meanwhile.
    if (services.forget(service)) {
      tags.forget(service.arn());
    }
  }
}
