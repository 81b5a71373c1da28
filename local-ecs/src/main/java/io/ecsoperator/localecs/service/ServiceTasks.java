package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Capacity;
import io.ecsoperator.localecs.task.PlacementResult;
import io.ecsoperator.localecs.task.StopCodes;
import io.ecsoperator.localecs.task.TaskLaunch;
import io.ecsoperator.localecs.task.TaskState;
import io.ecsoperator.localecs.task.TaskTags;
import io.ecsoperator.localecs.task.Tasks;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementConstraintType;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.PlacementStrategyType;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * Starts and stops the tasks of services, records this in the service events, and maps tasks to
 * their services.
 */
final class ServiceTasks {
  private static final int TASKS_PER_EVENT = 10;

  /** The placement strategy of services without one. */
  private static final List<PlacementStrategy> OVER_ZONES =
      List.of(
          PlacementStrategy.builder()
              .type(PlacementStrategyType.SPREAD)
              .field("attribute:ecs.availability-zone")
              .build());

  private static final PlacementConstraint ONE_ON_EACH =
      PlacementConstraint.builder().type(PlacementConstraintType.DISTINCT_INSTANCE).build();

  private final World world;
  private final Tasks tasks;
  private final Capacity capacity;
  private final Tags tags;
  private final EventPublisher publisher;
  private final Map<String, Owner> ownerByTask = new HashMap<>();

  /** The service and revision that a task belongs to. */
  record Owner(ServiceState service, RevisionTasks group) {}

  ServiceTasks(World world, Tasks tasks, Capacity capacity, Tags tags, EventPublisher publisher) {
    this.publisher = publisher;
    this.world = world;
    this.tasks = tasks;
    this.capacity = capacity;
    this.tags = tags;
  }

  Optional<Owner> owner(String taskArn) {
    return Optional.ofNullable(ownerByTask.get(taskArn));
  }

  /** Removes a STOPPED task. */
  void forget(Owner owner, String taskArn) {
    owner.group().remove(taskArn);
    ownerByTask.remove(taskArn);
  }

  /** Starts {@code count} tasks, if there is capacity for them. */
  void start(ServiceState service, RevisionTasks group, int count) {
    Revision revision = group.revision();
    Map<String, Integer> used = providersInUse(service);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> provider = revision.placement().nextProvider(used);
      TaskLaunch launch = launch(service, revision, provider);
      PlacementResult result =
          capacity.find(launch, constraints(service), strategies(service.settings()));
      Optional<Unplaced> unplaced = unplaced(result);
      if (unplaced.isPresent()) {
        recordStarted(service, group, started);
        recordUnplaced(service, provider, unplaced.get());
        return;
      }
      provider.ifPresent(name -> used.merge(name, 1, Integer::sum));
      Task task = tasks.launch(launch, result);
      TaskState state = tasks.find(task.clusterArn(), task.taskArn()).orElseThrow();
      group.put(new ServiceTask(state, false));
      ownerByTask.put(task.taskArn(), new Owner(service, group));
      started.add(task.taskArn());
    }
    recordStarted(service, group, started);
  }

  private void recordStarted(ServiceState service, RevisionTasks group, List<String> started) {
    if (!started.isEmpty()) {
      group.launched();
      addEvents(service, group, "has started %s tasks: %s.", started);
    }
  }

  /**
   * Why a task could not be placed.
   *
   * @param event the text of the service event
   * @param reason the reason in RunTask's words
   * @param instances the container instances that were considered
   */
  private record Unplaced(String event, String reason, List<String> instances) {}

  private void recordUnplaced(ServiceState service, Optional<String> provider, Unplaced unplaced) {
    if (service.events().addOnce(unplaced.event(), world.now())) {
      publisher.placementFailed(service, unplaced.reason(), provider, unplaced.instances());
    }
  }

  /** Empty when the task can be placed. */
  private static Optional<Unplaced> unplaced(PlacementResult result) {
    return switch (result) {
      case PlacementResult.NoInstances() ->
          Optional.of(
              new Unplaced(PlacementEvents.noInstances(), PlacementEvents.NO_INSTANCES, List.of()));
      case PlacementResult.Failed(List<Failure> failures) ->
          Optional.of(
              new Unplaced(
                  PlacementEvents.unplaced(failures),
                  PlacementEvents.closest(failures).reason(),
                  failures.stream()
                      .map(Failure::arn)
                      .filter(PlacementEvents::isInstance)
                      .toList()));
      case PlacementResult.Fargate(),
          PlacementResult.Instance _,
          PlacementResult.AwaitingCapacity _ ->
          Optional.empty();
    };
  }

  /** The service's placement constraints; a daemon also gets distinctInstance. */
  private static List<PlacementConstraint> constraints(ServiceState service) {
    List<PlacementConstraint> constraints = service.settings().placementConstraints();
    return service.isDaemon()
        ? Stream.concat(constraints.stream(), Stream.of(ONE_ON_EACH)).toList()
        : constraints;
  }

  /** The desired count of a daemon service: the number of suitable instances. */
  int daemons(ServiceState service) {
    return capacity.suitable(
        launch(service, service.primary().revision(), Optional.empty()),
        service.settings().placementConstraints());
  }

  private static List<PlacementStrategy> strategies(Service settings) {
    return settings.placementStrategy().isEmpty() ? OVER_ZONES : settings.placementStrategy();
  }

  /** Whether its instance is DRAINING, so that it must be replaced on another one. */
  boolean isDisplaced(ServiceTask task) {
    return capacity.isDraining(task.state().task());
  }

  /** Pending tasks on draining instances. */
  List<ServiceTask> displacedPending(RevisionTasks group) {
    return group.tasks().stream().filter(task -> task.isPending() && isDisplaced(task)).toList();
  }

  /** Serving tasks on draining instances, without protected ones. */
  Stream<ServiceTask> displacedServing(RevisionTasks group) {
    return group.tasks().stream()
        .filter(task -> task.isServing() && isDisplaced(task))
        .filter(task -> !task.isProtected());
  }

  private static Map<String, Integer> providersInUse(ServiceState service) {
    Map<String, Integer> used = new HashMap<>();
    service
        .groups()
        .flatMap(group -> group.tasks().stream())
        .filter(ServiceTask::isWanted)
        .map(task -> task.state().task().capacityProviderName())
        .filter(Objects::nonNull)
        .forEach(name -> used.merge(name, 1, Integer::sum));
    return used;
  }

  private TaskLaunch launch(ServiceState service, Revision revision, Optional<String> provider) {
    Service settings = service.settings();
    Map<String, String> managed =
        settings.enableECSManagedTags()
            ? Map.of(
                "aws:ecs:clusterName", service.cluster().clusterName(),
                "aws:ecs:serviceName", service.name())
            : Map.of();
    return new TaskLaunch(
        service.cluster(),
        revision.definition(),
        revision.placement(),
        provider,
        new TaskLaunch.Settings(
            "service:" + service.name(),
            Optional.of(revision.deploymentId()),
            TaskOverride.builder().build(),
            settings.enableExecuteCommand(),
            TaskTags.of(propagated(service, revision), List.of(), managed)));
  }

  private List<Tag> propagated(ServiceState service, Revision revision) {
    PropagateTags from = service.settings().propagateTags();
    if (from == PropagateTags.SERVICE) {
      return tags.of(service.arn());
    }
    return from == PropagateTags.TASK_DEFINITION
        ? tags.of(revision.definition().taskDefinitionArn())
        : List.of();
  }

  /** Stops surplus tasks; {@code group} is named as the initiator. */
  void stop(ServiceState service, RevisionTasks group, List<ServiceTask> stopped) {
    String initiator = group instanceof TaskSetState ? "taskSet " : "deployment ";
    String reason =
        "Scaling activity initiated by (" + initiator + group.revision().deploymentId() + ")";
    stopped.forEach(task -> stop(task, reason));
    addEvents(
        service,
        group,
        "has stopped %s running tasks: %s.",
        stopped.stream().map(ServiceTask::arn).toList());
  }

  /**
   * The tasks to stop first: those that do not serve, then the newest. Protected tasks and tasks on
   * draining instances are left out.
   */
  List<ServiceTask> leastUseful(RevisionTasks group, int count) {
    List<ServiceTask> candidates =
        new ArrayList<>(
            group.tasks().stream()
                .filter(task -> task.isWanted() && !task.isProtected())
                .filter(task -> !isDisplaced(task))
                .toList());
    Collections.reverse(candidates);
    return candidates.stream()
        .sorted(Comparator.comparing(ServiceTask::isRunning).thenComparing(ServiceTask::isHealthy))
        .limit(count)
        .toList();
  }

  /** Stops a task that failed its container health checks. */
  void stopUnhealthy(ServiceState service, ServiceTask task) {
    service.events().add(named(task.arn()) + " failed container health checks.", world.now());
    stop(task, "Task failed container health checks");
  }

  /** Stops a task that failed the health checks of a load balancer. */
  void stopUnhealthy(Owner owner, ServiceTask task, LoadBalancer loadBalancer) {
    String group = "(target-group " + loadBalancer.targetGroupArn() + ")";
    owner
        .service()
        .events()
        .add(
            "(port "
                + loadBalancer.containerPort()
                + ") is unhealthy in "
                + group
                + " due to (reason Health checks failed).",
            world.now());
    stop(task, "Task failed ELB health checks in " + group);
  }

  /** Records that a running task was registered with its load balancers. */
  void register(Owner owner) {
    owner
        .group()
        .revision()
        .targetGroups()
        .forEach(
            target ->
                owner
                    .service()
                    .events()
                    .add(
                        "registered 1 targets in (target-group " + target.targetGroupArn() + ")",
                        world.now()));
  }

  /** Records that an ending task was deregistered from its load balancers. */
  void deregister(Owner owner) {
    List<LoadBalancer> targets = owner.group().revision().targetGroups();
    if (targets.isEmpty()) {
      return;
    }
    ServiceEventLog events = owner.service().events();
    targets.forEach(
        target ->
            events.add(
                "deregistered 1 targets in (target-group " + target.targetGroupArn() + ")",
                world.now()));
    events.addOf(
        owner.group().revision().deploymentId(),
        "has begun draining connections on 1 tasks.",
        world.now());
  }

  private void stop(ServiceTask task, String reason) {
    tasks.stop(task.state().task(), StopCodes.SCHEDULER, reason);
  }

  private void addEvents(
      ServiceState service, RevisionTasks group, String text, List<String> taskArns) {
    for (int from = 0; from < taskArns.size(); from += TASKS_PER_EVENT) {
      List<String> part = taskArns.subList(from, Math.min(taskArns.size(), from + TASKS_PER_EVENT));
      String named = part.stream().map(ServiceTasks::named).collect(Collectors.joining(" "));
      String message = String.format(text, part.size(), named);
      switch (group) {
        case TaskSetState set -> service.events().addOf(set.id(), message, world.now());
        case Rollout _ -> service.events().add(message, world.now());
      }
    }
  }

  private static String named(String arn) {
    return "(task " + arn.substring(arn.lastIndexOf('/') + 1) + ")";
  }
}
