package io.ecsoperator.localecs.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Service;

/** A service with its rollouts and its history. Belongs to the world's thread. */
final class ServiceState {
  /** Where a service is in its life. */
  enum Status {
    ACTIVE,
    DRAINING,
    INACTIVE
  }

  private final Cluster cluster;
  private final CreateServiceRequest creation;
  private final ServiceEvents events;
  private final List<Rollout> rollouts = new ArrayList<>();
  private final List<Revision> revisions = new ArrayList<>();
  private final List<DeploymentRecord> history = new ArrayList<>();
  private Service settings;
  private Status status = Status.ACTIVE;
  private Optional<Revision> lastCompleted = Optional.empty();
  private boolean steady;
  private boolean awake;

  /**
   * @param creation the request that made it, to know a repetition by
   * @param settings as ECS shows them, without counts, deployments, events and tags
   */
  ServiceState(Cluster cluster, CreateServiceRequest creation, Service settings) {
    this.cluster = cluster;
    this.creation = creation;
    this.settings = settings;
    this.events = new ServiceEvents(settings.serviceName());
  }

  Cluster cluster() {
    return cluster;
  }

  CreateServiceRequest creation() {
    return creation;
  }

  String arn() {
    return settings.serviceArn();
  }

  String name() {
    return settings.serviceName();
  }

  Service settings() {
    return settings;
  }

  void change(Service changed) {
    settings = changed;
  }

  int desired() {
    return settings.desiredCount();
  }

  Status status() {
    return status;
  }

  void become(Status next) {
    status = next;
  }

  ServiceEvents events() {
    return events;
  }

  /** The newest first; the first is the primary. */
  List<Rollout> rollouts() {
    return rollouts;
  }

  Rollout primary() {
    return rollouts.getFirst();
  }

  /** All but the primary. */
  List<Rollout> older() {
    return rollouts.subList(1, rollouts.size());
  }

  List<Revision> revisions() {
    return revisions;
  }

  /** The newest first. */
  List<DeploymentRecord> history() {
    return history;
  }

  Optional<Revision> lastCompleted() {
    return lastCompleted;
  }

  void completed(Revision revision) {
    lastCompleted = Optional.of(revision);
  }

  int count(Predicate<Member> counted) {
    int count = 0;
    for (Rollout rollout : rollouts) {
      count += rollout.count(counted);
    }
    return count;
  }

  /** Whether the scheduler found nothing to do when it last looked. */
  boolean isSteady() {
    return steady;
  }

  void setSteady(boolean found) {
    steady = found;
  }

  /** Whether the scheduler will look at it soon. */
  boolean isAwake() {
    return awake;
  }

  void setAwake(boolean willLook) {
    awake = willLook;
  }
}
