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

  /** What a client token made, to know a repetition by. */
  private record TaskSetCreation(CreateTaskSetRequest request, String id) {}

  /**
   * @param creation the request that made it, to know a repetition by
   * @param settings as ECS shows them, without counts, deployments, events and tags
   */
  ServiceState(Cluster cluster, CreateServiceRequest creation, Service settings) {
    this.cluster = cluster;
    this.creation = creation;
    this.settings = settings;
    this.events = new ServiceEventLog(settings.serviceName());
  }

  /** Runs {@code listener} from now on when its {@link #share} may have changed. */
  void listen(Runnable listener) {
    counted = listener;
  }

  /** What it adds to the counts of its cluster. */
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

  /** The newest first; the first is the primary. */
  List<Rollout> rollouts() {
    return Collections.unmodifiableList(rollouts);
  }

  /** Makes a rollout, new or one that it has, the primary. */
  void lead(Rollout next) {
    rollouts.remove(next);
    rollouts.addFirst(next);
    counted.run();
  }

  /** Forgets those behind the primary that are {@code over}. */
  void forgetOlder(Predicate<Rollout> over) {
    rollouts.subList(1, rollouts.size()).removeIf(over);
    counted.run();
  }

  Rollout primary() {
    return rollouts.getFirst();
  }

  /** Whether it has one task on each instance instead of a count. */
  boolean isDaemon() {
    return settings.schedulingStrategy() == SchedulingStrategy.DAEMON;
  }

  /** Whether its deployments are controlled from outside of ECS. */
  boolean usesTaskSets() {
    return settings.deploymentController().type() != DeploymentControllerType.ECS;
  }

  /** The oldest first. */
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

  /** The task set that a request means by its id, the digits of it, or its ARN. */
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

  /** The task set serves from now on, and the service shows what it is made of. */
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

  /** All that it has tasks of: its rollouts or its task sets. */
  Stream<RevisionTasks> groups() {
    return Stream.concat(rollouts.stream(), taskSets.stream());
  }

  /** Whether its tasks, or those it will have, run on Fargate. */
  boolean isOnFargate() {
    return groups()
        .findFirst()
        .map(group -> group.revision().placement().isFargate())
        .orElseGet(() -> settings.launchType() == LaunchType.FARGATE);
  }

  /** All but the primary. */
  List<Rollout> older() {
    return rollouts.isEmpty() ? List.of() : rollouts().subList(1, rollouts.size());
  }

  List<Revision> revisions() {
    return revisions;
  }

  /** The newest first. */
  List<DeploymentRecord> history() {
    return history;
  }

  /** The service deployment that goes on now. */
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

  /** Whether the scheduler found nothing to do when it last looked. */
  boolean isSteady() {
    return steady;
  }

  void setSteady(boolean found) {
    steady = found;
  }

  /** When the scheduler will look at it although nothing happens until then. */
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
