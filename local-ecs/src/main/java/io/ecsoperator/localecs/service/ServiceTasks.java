package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Capacity;
import io.ecsoperator.localecs.task.Spot;
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
 * Starts and stops the tasks of services, says so in their events, and knows whose each task is.
 */
final class ServiceTasks {
  private static final int TASKS_PER_EVENT = 10;

  /** How the tasks of a service without strategies are placed. */
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
  private final Announcements announcements;
  private final Map<String, Place> placeByTask = new HashMap<>();

  /** Whose a task is. */
  record Place(ServiceState service, RevisionTasks group) {}

  ServiceTasks(
      World world, Tasks tasks, Capacity capacity, Tags tags, Announcements announcements) {
    this.announcements = announcements;
    this.world = world;
    this.tasks = tasks;
    this.capacity = capacity;
    this.tags = tags;
  }

  Optional<Place> place(String taskArn) {
    return Optional.ofNullable(placeByTask.get(taskArn));
  }

  /** The task has stopped for good. */
  void forget(Place place, String taskArn) {
    place.group().remove(taskArn);
    placeByTask.remove(taskArn);
  }

  /** Starts {@code count} tasks, if there is capacity for them. */
  void start(ServiceState service, RevisionTasks group, int count) {
    Revision revision = group.revision();
    Map<String, Integer> used = providersInUse(service);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> provider = revision.placement().nextProvider(used);
      TaskLaunch launch = launch(service, revision, provider);
      Spot spot = capacity.find(launch, constraints(service), strategies(service.settings()));
      Optional<Unplaced> unplaced = unplaced(spot);
      if (unplaced.isPresent()) {
        announce(service, group, started);
        tell(service, provider, unplaced.get());
        return;
      }
      provider.ifPresent(name -> used.merge(name, 1, Integer::sum));
      Task task = tasks.launch(launch, spot);
      TaskState state = tasks.find(task.clusterArn(), task.taskArn()).orElseThrow();
      group.put(new Member(state, false));
      placeByTask.put(task.taskArn(), new Place(service, group));
      started.add(task.taskArn());
    }
    announce(service, group, started);
  }

  private void announce(ServiceState service, RevisionTasks group, List<String> started) {
    if (!started.isEmpty()) {
      group.launched();
      tell(service, group, "has started %s tasks: %s.", started);
    }
  }

  /**
   * That a task has no place.
   *
   * @param told as the service's events say it
   * @param reason as RunTask says it
   * @param instances those that were looked at
   */
  private record Unplaced(String told, String reason, List<String> instances) {}

  private void tell(ServiceState service, Optional<String> provider, Unplaced unplaced) {
    if (service.events().addOnce(unplaced.told(), world.now())) {
      announcements.placementFailed(service, unplaced.reason(), provider, unplaced.instances());
    }
  }

  /** Empty when there is a place. */
  private static Optional<Unplaced> unplaced(Spot spot) {
    return switch (spot) {
      case Spot.NoInstances() ->
          Optional.of(
              new Unplaced(PlacementEvents.noInstances(), PlacementEvents.NO_INSTANCES, List.of()));
      case Spot.Nowhere(List<Failure> failures) ->
          Optional.of(
              new Unplaced(
                  PlacementEvents.unplaced(failures),
                  PlacementEvents.closest(failures).reason(),
                  failures.stream()
                      .map(Failure::arn)
                      .filter(PlacementEvents::isInstance)
                      .toList()));
      case Spot.Fargate(), Spot.Instance _, Spot.Awaited _ -> Optional.empty();
    };
  }

  /** A daemon is alone of its kind on its instance. */
  private static List<PlacementConstraint> constraints(ServiceState service) {
    List<PlacementConstraint> constraints = service.settings().placementConstraints();
    return service.isDaemon()
        ? Stream.concat(constraints.stream(), Stream.of(ONE_ON_EACH)).toList()
        : constraints;
  }

  /** How many tasks a daemon service wants: one on each instance that suits it. */
  int daemons(ServiceState service) {
    return capacity.suitable(
        launch(service, service.primary().revision(), Optional.empty()),
        service.settings().placementConstraints());
  }

  private static List<PlacementStrategy> strategies(Service settings) {
    return settings.placementStrategy().isEmpty() ? OVER_ZONES : settings.placementStrategy();
  }

  /** Whether its instance drains, so that it must be replaced elsewhere. */
  boolean isDisplaced(Member member) {
    return capacity.isDraining(member.state().task());
  }

  /** Tasks that never came up where they must not stay. */
  List<Member> displacedPending(RevisionTasks group) {
    return group.members().stream()
        .filter(member -> member.isPending() && isDisplaced(member))
        .toList();
  }

  /** Tasks that serve where they must not stay, but may be stopped. */
  Stream<Member> displacedServing(RevisionTasks group) {
    return group.members().stream()
        .filter(member -> member.isServing() && isDisplaced(member))
        .filter(member -> !member.isProtected());
  }

  private static Map<String, Integer> providersInUse(ServiceState service) {
    Map<String, Integer> used = new HashMap<>();
    service
        .groups()
        .flatMap(group -> group.members().stream())
        .filter(Member::isWanted)
        .map(member -> member.state().task().capacityProviderName())
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
        "service:" + service.name(),
        Optional.of(revision.deploymentId()),
        TaskOverride.builder().build(),
        settings.enableExecuteCommand(),
        TaskTags.of(propagated(service, revision), List.of(), managed));
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

  /** Stops tasks that are too many, on account of {@code group}. */
  void stop(ServiceState service, RevisionTasks group, List<Member> members) {
    String initiator = group instanceof TaskSetState ? "taskSet " : "deployment ";
    String reason =
        "Scaling activity initiated by (" + initiator + group.revision().deploymentId() + ")";
    members.forEach(member -> stop(member, reason));
    tell(
        service,
        group,
        "has stopped %s running tasks: %s.",
        members.stream().map(Member::arn).toList());
  }

  /**
   * Those that do not serve first, then the newest; none that is protected or must leave anyway.
   */
  List<Member> leastUseful(RevisionTasks group, int count) {
    List<Member> members =
        new ArrayList<>(
            group.members().stream()
                .filter(member -> member.isWanted() && !member.isProtected())
                .filter(member -> !isDisplaced(member))
                .toList());
    Collections.reverse(members);
    return members.stream()
        .sorted(Comparator.comparing(Member::isRunning).thenComparing(Member::isHealthy))
        .limit(count)
        .toList();
  }

  /** Stops a task that is of no use. */
  void stopUnhealthy(ServiceState service, Member member) {
    service.events().add(named(member.arn()) + " failed container health checks.", world.now());
    stop(member, "Task failed container health checks");
  }

  /** Stops a task that a load balancer finds of no use. */
  void stopUnhealthy(Place place, Member member, LoadBalancer loadBalancer) {
    String group = "(target-group " + loadBalancer.targetGroupArn() + ")";
    place
        .service()
        .events()
        .add(
            "(port "
                + loadBalancer.containerPort()
                + ") is unhealthy in "
                + group
                + " due to (reason Health checks failed).",
            world.now());
    stop(member, "Task failed ELB health checks in " + group);
  }

  /** A task that came up is a target of its load balancers. */
  void register(Place place) {
    place
        .group()
        .revision()
        .targetGroups()
        .forEach(
            target ->
                place
                    .service()
                    .events()
                    .add(
                        "registered 1 targets in (target-group " + target.targetGroupArn() + ")",
                        world.now()));
  }

  /** A task that ends gets no traffic any more. */
  void deregister(Place place) {
    List<LoadBalancer> targets = place.group().revision().targetGroups();
    if (targets.isEmpty()) {
      return;
    }
    ServiceEvents events = place.service().events();
    targets.forEach(
        target ->
            events.add(
                "deregistered 1 targets in (target-group " + target.targetGroupArn() + ")",
                world.now()));
    events.addOf(
        place.group().revision().deploymentId(),
        "has begun draining connections on 1 tasks.",
        world.now());
  }

  private void stop(Member member, String reason) {
    tasks.stop(member.state().task(), StopCodes.SCHEDULER, reason);
  }

  private void tell(ServiceState service, RevisionTasks group, String text, List<String> taskArns) {
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
