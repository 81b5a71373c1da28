package io.ecsoperator.localecs.service;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import software.amazon.awssdk.services.ecs.model.Scale;
import software.amazon.awssdk.services.ecs.model.ScaleUnit;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.StabilityStatus;
import software.amazon.awssdk.services.ecs.model.TaskSet;

/** A task set of a service with an external deployment controller. */
final class TaskSetState extends RevisionTasks {
  /** The {@code status} of a task set. */
  enum Status {
    PRIMARY,
    ACTIVE,
    DRAINING
  }

  private TaskSet facts;
  private OptionalInt computed = OptionalInt.empty();

  private TaskSetState(Revision revision, TaskSet facts) {
    super(revision);
    this.facts = facts;
  }

  /**
   * Creates a task set without tasks.
   *
   * @param described the descriptive members of the request: external id, startedBy
   */
  static TaskSetState of(
      ServiceState service, Revision revision, Scale scale, TaskSet described, Instant now) {
    ServiceRevision parts = revision.facts();
    TaskSet facts =
        described.toBuilder()
            .id(revision.deploymentId())
            .taskSetArn(
                service.arn().replace(":service/", ":task-set/") + "/" + revision.deploymentId())
            .serviceArn(service.arn())
            .clusterArn(service.cluster().clusterArn())
            .status(Status.ACTIVE.name())
            .taskDefinition(parts.taskDefinition())
            .createdAt(now)
            .updatedAt(now)
            .launchType(parts.launchType())
            .capacityProviderStrategy(
                parts.hasCapacityProviderStrategy() ? parts.capacityProviderStrategy() : null)
            .platformVersion(parts.platformVersion())
            .platformFamily(parts.platformFamily())
            .networkConfiguration(parts.networkConfiguration())
            .loadBalancers(List.copyOf(parts.loadBalancers()))
            .serviceRegistries(List.copyOf(parts.serviceRegistries()))
            .scale(scale)
            .stabilityStatus(StabilityStatus.STABILIZING)
            .stabilityStatusAt(now)
            .build();
    return new TaskSetState(revision, facts);
  }

  /** The task set as ECS shows it, without counts and tags. */
  TaskSet facts() {
    return facts;
  }

  String id() {
    return facts.id();
  }

  Status status() {
    return Status.valueOf(facts.status());
  }

  void become(Status status, Instant now) {
    facts = facts.toBuilder().status(status.name()).updatedAt(now).build();
  }

  void scale(Scale scale, Instant now) {
    facts = facts.toBuilder().scale(scale).updatedAt(now).build();
    destabilize(now);
  }

  /** Makes it STABILIZING, before tasks are started or stopped. */
  void destabilize(Instant now) {
    stability(StabilityStatus.STABILIZING, now);
  }

  /** Makes it STEADY_STATE. */
  void stabilize(Instant now) {
    stability(StabilityStatus.STEADY_STATE, now);
  }

  private void stability(StabilityStatus status, Instant now) {
    if (facts.stabilityStatus() != status) {
      facts = facts.toBuilder().stabilityStatus(status).stabilityStatusAt(now).build();
    }
  }

  boolean isStable() {
    return facts.stabilityStatus() == StabilityStatus.STEADY_STATE;
  }

  /** Its desired count: its share of the service's desired count, rounded up. */
  int desired(int ofService) {
    return status() == Status.DRAINING
        ? 0
        : (int) Math.ceil(ofService * facts.scale().value() / 100);
  }

  /** Stores its computed desired count; returns whether it changed since the last reconcile. */
  boolean computed(int desired) {
    boolean changed = computed.isPresent() && computed.getAsInt() != desired;
    computed = OptionalInt.of(desired);
    return changed;
  }

  boolean isThere(int ofService) {
    int desired = desired(ofService);
    return count(ServiceTask::isWanted) == desired && count(ServiceTask::isHealthy) == desired;
  }

  /** The scale of a task set that was created without one: no tasks. */
  static Scale none() {
    return percent(0);
  }

  static Scale percent(double value) {
    return Scale.builder().value(value).unit(ScaleUnit.PERCENT).build();
  }
}
