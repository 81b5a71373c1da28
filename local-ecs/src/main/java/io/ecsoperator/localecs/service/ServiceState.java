package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.ClusterContents.Counts;
import io.ecsoperator.localecs.cluster.CountedResources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentControllerType;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;

/** A service with its rollouts and its history. Belongs to the world's thread. */
final class ServiceState {
  /** Where a service is in its life. */
  enum Status {
    ACTIVE,
    DRAINING,
    INACTIVE
  }

  private static final Counts COUNTED_ACTIVE = new Counts(0, 0, 1, 0);
  private static final Counts COUNTED_DRAINING = new Counts(0, 0, 0, 1);

  private final Cluster cluster;
  private final CreateServiceRequest creation;
  private final ServiceEventLog events;
  private final List<Rollout> rollouts = new ArrayList<>();
  private final List<TaskSetState> taskSets = new ArrayList<>();
  private final Map<String, TaskSetCreation> taskSetCreations = new HashMap<>();
  private final List<Revision> revisions = new ArrayList<>();
  private final List<DeploymentRecord> history = new ArrayList<>();
  private Service settings;
  private Status status = Status.ACTIVE;
  private Optional<Revision> lastCompleted = Optional.empty();
  private boolean steady;
  private boolean triggered;
  private Optional<Instant> alarmClock = Optional.empty();
  private Runnable counted = () -> {};

  /** The task set that a client token created, to recognise repeated requests. */
  private record TaskSetCreation(CreateTaskSetRequest request, String id) {}

  /**
   * @param creation the request that created it, to recognise repeated requests
   * @param settings the service as ECS shows it, without counts, deployments, events and tags
   */
  ServiceState(Cluster cluster, CreateServiceRequest creation, Service settings) {
    this.cluster = cluster;
    this.creation = creation;
    this.settings = settings;
    this.events = new ServiceEventLog(settings.serviceName());
  }

  /** Runs {@code listener} whenever {@link #share} may have changed. */
  void listen(Runnable listener) {
    counted = listener;
  }

  /** What the service adds to the counts of its cluster. */
  CountedResources.Share share() {
    return new CountedResources.Share(
        isOnFargate(),
        switch (status) {
          case ACTIVE -> COUNTED_ACTIVE;
          case DRAINING -> COUNTED_DRAINING;
          case INACTIVE -> Counts.NONE;
        });
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
    counted.run();
  }

  int desired() {
    return settings.desiredCount();
  }

  Status status() {
    return status;
  }

  void become(Status next) {
    status = next;
    counted.run();
  }

  ServiceEventLog events() {
    return events;
  }

  /** The rollouts, newest first; the first is the primary. */
  List<Rollout> rollouts() {
    return Collections.unmodifiableList(rollouts);
  }

  /** Makes a new or existing rollout the primary. */
  void lead(Rollout next) {
    rollouts.remove(next);
    rollouts.addFirst(next);
    counted.run();
  }

  /** Removes the rollouts behind the primary that match {@code over}. */
  void forgetOlder(Predicate<Rollout> over) {
    rollouts.subList(1, rollouts.size()).removeIf(over);
    counted.run();
  }

  Rollout primary() {
    return rollouts.getFirst();
  }

  /** Whether it runs one task on each instance instead of a desired count. */
  boolean isDaemon() {
    return settings.schedulingStrategy() == SchedulingStrategy.DAEMON;
  }

  /** Whether an external controller manages its deployments by task sets. */
  boolean usesTaskSets() {
    return settings.deploymentController().type() != DeploymentControllerType.ECS;
  }

  /** The task sets, oldest first. */
  List<TaskSetState> taskSets() {
    return Collections.unmodifiableList(taskSets);
  }

  void add(TaskSetState set) {
    taskSets.add(set);
    counted.run();
  }

  void remove(TaskSetState set) {
    taskSets.remove(set);
    counted.run();
  }

  /** The task set with this id, number of the id, or ARN. */
  Optional<TaskSetState> taskSet(String reference) {
    return taskSets.stream()
        .filter(
            set ->
                set.id().equals(reference)
                    || set.id().equals("ecs-svc/" + reference)
                    || set.facts().taskSetArn().equals(reference))
        .findFirst();
  }

  Optional<TaskSetState> primaryTaskSet() {
    return taskSets.stream().filter(set -> set.status() == TaskSetState.Status.PRIMARY).findFirst();
  }

  /** Makes a task set the primary; the service then shows its settings. */
  void makePrimary(TaskSetState next, Instant now) {
    primaryTaskSet()
        .filter(set -> set != next)
        .ifPresent(set -> set.become(TaskSetState.Status.ACTIVE, now));
    next.become(TaskSetState.Status.PRIMARY, now);
    change(ServiceView.settings(settings, next.revision()));
  }

  Optional<CreateTaskSetRequest> taskSetCreation(String clientToken) {
    return Optional.ofNullable(taskSetCreations.get(clientToken)).map(TaskSetCreation::request);
  }

  Optional<TaskSetState> taskSetOfToken(String clientToken) {
    return Optional.ofNullable(taskSetCreations.get(clientToken))
        .flatMap(creation -> taskSet(creation.id()));
  }

  void rememberTaskSet(String clientToken, CreateTaskSetRequest request, String id) {
    taskSetCreations.put(clientToken, new TaskSetCreation(request, id));
  }

  /** The groups of its tasks: its rollouts or its task sets. */
  Stream<RevisionTasks> groups() {
    return Stream.concat(rollouts.stream(), taskSets.stream());
  }

  /** Whether its current or future tasks run on Fargate. */
  boolean isOnFargate() {
    return groups()
        .findFirst()
        .map(group -> group.revision().placement().isFargate())
        .orElseGet(() -> settings.launchType() == LaunchType.FARGATE);
  }

  /** The rollouts other than the primary. */
  List<Rollout> older() {
    return rollouts.isEmpty() ? List.of() : rollouts().subList(1, rollouts.size());
  }

  List<Revision> revisions() {
    return revisions;
  }

  /** The service deployments, newest first. */
  List<DeploymentRecord> history() {
    return history;
  }

  /** The unfinished service deployment. */
  Optional<DeploymentRecord> ongoing() {
    return history.stream().findFirst().filter(record -> !record.isOver());
  }

  Optional<Revision> lastCompleted() {
    return lastCompleted;
  }

  void completed(Revision revision) {
    lastCompleted = Optional.of(revision);
  }

  int count(Predicate<ServiceTask> counted) {
    return groups().mapToInt(group -> group.count(counted)).sum();
  }

  /** Whether the last reconcile found the service converged. */
  boolean isSteady() {
    return steady;
  }

  void setSteady(boolean found) {
    steady = found;
  }

  /** The time of the next scheduled reconcile. */
  Optional<Instant> alarmClock() {
    return alarmClock;
  }

  void setAlarmClock(Optional<Instant> time) {
    alarmClock = time;
  }

  /** Whether a reconcile of this service is already queued. */
  boolean isTriggered() {
    return triggered;
  }

  void setTriggered(boolean triggered) {
    this.triggered = triggered;
  }
}
