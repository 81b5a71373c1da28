package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.CapacityProviderStore;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.instance.ContainerInstances;
import io.ecsoperator.localecs.instance.InstanceListener;
import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.instance.PlacementStrategies;
import io.ecsoperator.localecs.instance.Requirements;
import io.ecsoperator.localecs.instance.query.ClusterQuery;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementConstraintType;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionPlacementConstraint;

/** Finds capacity for tasks. Belongs to the world's thread. */
public final class Capacity {
  private final World world;
  private final ContainerInstances instances;
  private final CapacityProviderStore providers;
  private final ExternalDependencies external;
  private final List<Runnable> awaited = new ArrayList<>();

  public Capacity(
      World world,
      ContainerInstances instances,
      CapacityProviderStore providers,
      ExternalDependencies external) {
    this.world = world;
    this.instances = instances;
    this.providers = providers;
    this.external = external;
  }

  /** Runs {@code action} whenever a task waits for instances of a capacity provider. */
  void whenAwaited(Runnable action) {
    awaited.add(action);
  }

  /** Notifies {@code listener} of every later change of an instance. */
  public void listen(InstanceListener listener) {
    instances.listen(listener);
  }

  /** Whether the task runs on a DRAINING instance. */
  public boolean isDraining(Task task) {
    return Optional.ofNullable(task.containerInstanceArn())
        .flatMap(arn -> instances.find(task.clusterArn(), arn))
        .filter(InstanceState::isDraining)
        .isPresent();
  }

  /**
   * The number of ACTIVE instances that suit the task, whatever resources are free. A daemon
   * service runs one task on each.
   */
  public int suitable(TaskLaunch launch, List<PlacementConstraint> constraints) {
    Requirements needed = requirements(launch, constraints);
    return (int)
        instances.registered(launch.cluster().clusterArn()).stream()
            .filter(InstanceState::isActive)
            .filter(needed::suits)
            .count();
  }

  /** Finds a place for the next task. Resources are reserved only when it is launched. */
  public PlacementResult find(
      TaskLaunch launch,
      List<PlacementConstraint> constraints,
      List<PlacementStrategy> strategies) {
    String cluster = launch.cluster().clusterArn();
    if (launch.placement().isFargate()) {
      return external.hasFargate()
          ? new PlacementResult.Fargate()
          : failed(cluster, "RESOURCE:FARGATE");
    }
    PlacementResult result = findInstance(launch, constraints, strategies);
    if (result instanceof PlacementResult.Failed
        && launch.capacityProvider().filter(providers::scales).isPresent()) {
      awaited.forEach(Runnable::run);
      return new PlacementResult.AwaitingCapacity(
          List.copyOf(constraints), List.copyOf(strategies));
    }
    return result;
  }

  private PlacementResult findInstance(
      TaskLaunch launch,
      List<PlacementConstraint> constraints,
      List<PlacementStrategy> strategies) {
    String cluster = launch.cluster().clusterArn();
    Requirements needed = requirements(launch, constraints);
    List<InstanceState> meant =
        instances.registered(cluster).stream().filter(needed::isMeant).toList();
    if (meant.isEmpty() && launch.capacityProvider().isEmpty()) {
      return new PlacementResult.NoInstances();
    }
    List<InstanceState> active = meant.stream().filter(InstanceState::isActive).toList();
    if (active.isEmpty()) {
      return failed(cluster, meant.isEmpty() ? "EMPTY CAPACITY PROVIDER" : "NO ACTIVE INSTANCES");
    }
    List<Failure> failures = new ArrayList<>();
    List<InstanceState> fitting = new ArrayList<>();
    for (InstanceState instance : active) {
      needed
          .misfit(instance)
          .ifPresentOrElse(
              reason -> failures.add(failure(instance.arn(), reason)), () -> fitting.add(instance));
    }
    if (fitting.isEmpty()) {
      return new PlacementResult.Failed(failures);
    }
    return on(
        PlacementStrategies.choose(fitting, strategies, launch.settings().group(), world.random()));
  }

  /** Checks one instance for the task, without constraints and strategies. */
  PlacementResult findOn(TaskLaunch launch, String instanceArn) {
    Optional<InstanceState> instance = instances.find(launch.cluster().clusterArn(), instanceArn);
    if (instance.isEmpty()) {
      return failed(instanceArn, "MISSING");
    }
    if (!instance.get().isActive()) {
      return failed(instanceArn, "INACTIVE");
    }
    return requirements(launch, List.of())
        .misfit(instance.get())
        .map(reason -> failed(instanceArn, reason))
        .orElseGet(() -> on(instance.get()));
  }

  private static PlacementResult on(InstanceState instance) {
    return new PlacementResult.Instance(instance.arn(), instance.availabilityZone().orElse(""));
  }

  private static PlacementResult failed(String arn, String reason) {
    return new PlacementResult.Failed(List.of(failure(arn, reason)));
  }

  private static Failure failure(String arn, String reason) {
    return Failure.builder().arn(arn).reason(reason).build();
  }

  private Requirements requirements(TaskLaunch launch, List<PlacementConstraint> constraints) {
    TaskDefinition definition = launch.definition();
    return new Requirements(
        TaskDemand.of(definition, launch.settings().overrides()),
        zones(launch.placement().subnets()),
        definition.requiresAttributes(),
        constraints.stream()
            .anyMatch(one -> one.type() == PlacementConstraintType.DISTINCT_INSTANCE),
        Stream.concat(
                constraints.stream().map(PlacementConstraint::expression),
                definition.placementConstraints().stream()
                    .map(TaskDefinitionPlacementConstraint::expression))
            .filter(Objects::nonNull)
            .map(ClusterQuery::parse)
            .toList(),
        launch.settings().group(),
        launch.capacityProvider());
  }

  /**
   * The zones of the subnets; empty, which means all zones, unless the zone of each subnet is
   * known.
   */
  private Set<String> zones(List<String> subnets) {
    List<Optional<String>> zones = subnets.stream().map(external::zone).toList();
    return zones.stream().allMatch(Optional::isPresent)
        ? zones.stream().flatMap(Optional::stream).collect(Collectors.toSet())
        : Set.of();
  }
}
