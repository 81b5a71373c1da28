package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.CapacityProviders;
import io.ecsoperator.localecs.cluster.ClusterContents;
import io.ecsoperator.localecs.cluster.CountedResources;
import io.ecsoperator.localecs.external.ExternalDependencies;
import io.ecsoperator.localecs.instance.ContainerInstances;
import io.ecsoperator.localecs.instance.InstanceState;
import io.ecsoperator.localecs.instance.ResourceReservation;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.script.ScriptReader;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitionUsers;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.Task;

/** All tasks that can be described. Belongs to the world's thread. */
public final class Tasks implements ClusterContents, TaskDefinitionUsers {
  /** How long a STOPPED task can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  /** How long a task waits for its capacity provider. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private final Scope scope;
  private final World world;
  private final Tags tags;
  private final ContainerInstances instances;
  private final ExternalDependencies external;
  private final TaskRuntime runtime;
  private final SortedMap<String, CountedResources<TaskState>> byCluster = new TreeMap<>();
  private final List<TaskListener> listeners = new ArrayList<>();
  private final Map<String, WaitingTask> waiting = new LinkedHashMap<>();
  private final FargateLaunchRate fargate = new FargateLaunchRate();
  private int launched;

  /** A store of tasks with simulated containers. */
  public static Tasks simulated(
      Scope scope,
      World world,
      Tags tags,
      ContainerInstances instances,
      ExternalDependencies external,
      ScriptReader scripts) {
    return new Tasks(
        scope,
        world,
        tags,
        instances,
        external,
        new SimulatedRuntime(world, scripts, TaskTimings.fargate()));
  }

  private Tasks(
      Scope scope,
      World world,
      Tags tags,
      ContainerInstances instances,
      ExternalDependencies external,
      TaskRuntime runtime) {
    this.scope = scope;
    this.world = world;
    this.tags = tags;
    this.instances = instances;
    this.external = external;
    this.runtime = runtime;
    instances.listen((before, after) -> stopWithHost(after));
  }

  /** Notifies {@code listener} of every later change. */
  public void listen(TaskListener listener) {
    listeners.add(listener);
  }

  /**
   * Starts a task.
   *
   * @param result the place that was found for it
   */
  public Task launch(TaskLaunch launch, PlacementResult result) {
    String arn =
        scope.arn(
            "task/"
                + launch.cluster().clusterName()
                + "/"
                + String.format(
                    "%016x%016x", world.random().nextLong(), world.random().nextLong()));
    Task task = NewTask.of(launch, result, arn, launched++, world.now(), external::zone);
    TaskState state = new TaskState(task, launch.definition(), Set.of(), Optional.empty());
    inCluster(task.clusterArn()).put(arn, state);
    tags.open(arn, launch.settings().tags());
    reserve(state);
    listeners.forEach(listener -> listener.launched(state));
    if (result instanceof PlacementResult.AwaitingCapacity wanted) {
      await(arn, new WaitingTask(launch, wanted));
    }
    if (result instanceof PlacementResult.Fargate) {
      boolean ofSpot = CapacityProviders.FARGATE_SPOT.equals(task.capacityProviderName());
      Duration wait = fargate.take(ofSpot, world.now());
      if (wait.isPositive()) {
        world.after(wait, () -> begin(state));
        return task;
      }
    }
    begin(state);
    return task;
  }

  private void begin(TaskState state) {
    Task task = state.task();
    TaskEngine.first(state)
        .forEach(
            effect ->
                runtime.perform(
                    effect, state, message -> receive(task.clusterArn(), task.taskArn(), message)));
  }

  private void await(String arn, WaitingTask task) {
    waiting.put(arn, task);
    world.after(
        LONGEST_WAIT,
        () -> {
          if (waiting.containsKey(arn)) {
            receive(
                task.launch().cluster().clusterArn(),
                arn,
                new TaskMessage.StopRequested(
                    StopCodes.FAILED_TO_START, "Timed out while waiting for capacity."));
          }
        });
  }

  /** The tasks that wait for an instance, by ARN, in the order of their launch. */
  Map<String, WaitingTask> waiting() {
    return new LinkedHashMap<>(waiting);
  }

  /** Places a waiting task on an instance. */
  void place(String clusterArn, String arn, PlacementResult.Instance result) {
    receive(clusterArn, arn, new TaskMessage.Placed(result));
  }

  private void reserve(TaskState state) {
    Task task = state.task();
    if (task.containerInstanceArn() != null) {
      instances.reserve(
          task.clusterArn(),
          task.containerInstanceArn(),
          task.taskArn(),
          new ResourceReservation(
              task.group(),
              TaskDemand.of(state.definition(), task.overrides()),
              ResourceReservation.Phase.PENDING));
    }
  }

  /** Requests the stop of a task; no effect on a task that is stopping already. */
  public Task stop(Task task, String stopCode, String reason) {
    receive(task.clusterArn(), task.taskArn(), new TaskMessage.StopRequested(stopCode, reason));
    return find(task.clusterArn(), task.taskArn()).orElseThrow().task();
  }

  /**
   * Protects a task from being stopped by the scheduler of its service until the given time, or
   * ends the protection.
   */
  void protect(TaskState state, Optional<Instant> until) {
    TaskState changed = state.withProtection(until);
    Task task = state.task();
    inCluster(task.clusterArn()).put(task.taskArn(), changed);
    listeners.forEach(listener -> listener.changed(state, changed));
    until.ifPresent(
        end ->
            world.after(
                Duration.between(world.now(), end),
                () ->
                    find(task.clusterArn(), task.taskArn())
                        .filter(now -> now.protectedUntil().equals(until))
                        .ifPresent(now -> protect(now, Optional.empty()))));
  }

  private void receive(String clusterArn, String arn, TaskMessage message) {
    find(clusterArn, arn).ifPresent(before -> take(before, message));
  }

  private void take(TaskState before, TaskMessage message) {
    String clusterArn = before.task().clusterArn();
    String arn = before.task().taskArn();
    TaskEngine.Step step = TaskEngine.step(before, message, world.now());
    TaskState after = step.state();
    inCluster(clusterArn).put(arn, after);
    if (!after.isWanted() || after.task().containerInstanceArn() != null) {
      waiting.remove(arn);
    }
    updateReservation(before, after);
    step.effects()
        .forEach(effect -> runtime.perform(effect, after, next -> receive(clusterArn, arn, next)));
    if (after.status() == TaskStatus.STOPPED && before.status() != TaskStatus.STOPPED) {
      world.after(RETENTION, () -> forget(clusterArn, arn));
    }
    if (!after.equals(before)) {
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  private void updateReservation(TaskState before, TaskState after) {
    String host = after.task().containerInstanceArn();
    if (host == null) {
      return;
    }
    String cluster = after.task().clusterArn();
    if (before.task().containerInstanceArn() == null) {
      reserve(after);
    }
    if (after.status() == TaskStatus.STOPPED) {
      instances.release(cluster, host, after.task().taskArn());
    } else {
      instances.note(cluster, host, after.task().taskArn(), phase(after.status()));
    }
  }

  private static ResourceReservation.Phase phase(TaskStatus status) {
    if (status.isBefore(TaskStatus.RUNNING)) {
      return ResourceReservation.Phase.PENDING;
    }
    return status == TaskStatus.RUNNING
        ? ResourceReservation.Phase.RUNNING
        : ResourceReservation.Phase.ENDING;
  }

  private void stopWithHost(InstanceState instance) {
    if (instance.facts().status().equals(InstanceState.INACTIVE)) {
      instance
          .reservations()
          .keySet()
          .forEach(
              arn ->
                  receive(
                      instance.clusterArn(),
                      arn,
                      new TaskMessage.HostLost(
                          StopCodes.USER, "Container instance deregistered forcibly by user.")));
    }
  }

  private void forget(String clusterArn, String arn) {
    inCluster(clusterArn).remove(arn);
    tags.forget(arn);
  }

  /** The task with this ARN, if it is in the cluster and can still be described. */
  public Optional<TaskState> find(String clusterArn, String arn) {
    return inCluster(clusterArn).find(arn);
  }

  /** The tasks of a cluster, sorted by ARN. */
  Collection<TaskState> in(String clusterArn) {
    return inCluster(clusterArn).all();
  }

  private CountedResources<TaskState> inCluster(String clusterArn) {
    return byCluster.computeIfAbsent(
        clusterArn, unknown -> new CountedResources<>(TaskState::share));
  }

  @Override
  public Counts onFargate(String clusterArn) {
    return inCluster(clusterArn).onFargate();
  }

  @Override
  public Counts onEc2(String clusterArn) {
    return inCluster(clusterArn).onEc2();
  }

  @Override
  public boolean hasTasks(String clusterArn) {
    return in(clusterArn).stream().anyMatch(state -> state.status() != TaskStatus.STOPPED);
  }

  @Override
  public boolean uses(String clusterArn, String capacityProvider) {
    return in(clusterArn).stream()
        .anyMatch(
            state ->
                state.isWanted() && capacityProvider.equals(state.task().capacityProviderName()));
  }

  @Override
  public boolean uses(String taskDefinitionArn) {
    return byCluster.values().stream()
        .flatMap(tasks -> tasks.all().stream())
        .anyMatch(
            state ->
                state.status() != TaskStatus.STOPPED
                    && state.task().taskDefinitionArn().equals(taskDefinitionArn));
  }
}
