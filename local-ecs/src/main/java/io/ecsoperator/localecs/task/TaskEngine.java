package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Connectivity;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * The task state machine. Pure: a state and a message yield a state and effects. Late messages,
 * such as the end of a pull after the task was stopped, change nothing.
 */
final class TaskEngine {
  private static final String PENDING = "PENDING";
  private static final String RUNNING = "RUNNING";
  private static final String STOPPED = "STOPPED";

  private TaskEngine() {}

  /** The result of a message. */
  record Step(TaskState state, List<TaskEffect> effects) {
    static Step of(TaskState state, TaskEffect... effects) {
      return new Step(state, List.of(effects));
    }
  }

  /** The first effects of a new task; none while it waits for an instance. */
  static List<TaskEffect> first(TaskState state) {
    if (state.task().launchType() != LaunchType.FARGATE
        && state.task().containerInstanceArn() == null) {
      return List.of();
    }
    return List.of(
        new TaskEffect.Begin(
            state.status() == TaskStatus.PENDING ? TaskStep.ACCEPT : TaskStep.ATTACH));
  }

  static Step step(TaskState state, TaskMessage message, Instant now) {
    return switch (message) {
      case TaskMessage.Done(TaskStep step) -> done(state, step, now);
      case TaskMessage.PullFailed(String container, String reason) ->
          pullFailed(state, container, reason, now);
      case TaskMessage.ContainerStarted(String container, List<NetworkBinding> bindings) ->
          started(state, container, bindings, now);
      case TaskMessage.ContainerExited(String container, int exitCode, Duration ran) ->
          state.isWanted() && RestartPolicy.restarts(definition(state, container), exitCode, ran)
              ? Step.of(state, new TaskEffect.StartContainer(container))
              : exited(state, container, exitCode, now);
      case TaskMessage.StartTimedOut(String container) -> startTimedOut(state, container, now);
      case TaskMessage.HealthChecked(String container, HealthStatus health) ->
          healthChecked(state, container, health, now);
      case TaskMessage.StopRequested(String code, String reason) -> stop(state, code, reason, now);
      case TaskMessage.Placed(PlacementResult.Instance on) -> placed(state, on);
      case TaskMessage.HostLost(String code, String reason) ->
          Step.of(hostLost(state, code, reason, now));
    };
  }

  private static Step done(TaskState state, TaskStep step, Instant now) {
    boolean wanted = state.isWanted();
    TaskStatus status = state.status();
    return switch (step) {
      case ATTACH ->
          wanted && status == TaskStatus.PROVISIONING
              ? Step.of(attached(state, now), new TaskEffect.Begin(TaskStep.ACCEPT))
              : Step.of(state);
      case ACCEPT ->
          wanted && status == TaskStatus.PENDING
              ? Step.of(
                  moved(state, TaskStatus.ACTIVATING, task -> task.pullStartedAt(now)),
                  new TaskEffect.Begin(TaskStep.PULL))
              : Step.of(state);
      case PULL ->
          wanted && status == TaskStatus.ACTIVATING
              ? Step.of(
                  state.with(state.task().toBuilder().pullStoppedAt(now).build()),
                  new TaskEffect.Begin(TaskStep.CREATE))
              : Step.of(state);
      case CREATE ->
          wanted && status == TaskStatus.ACTIVATING ? startWhatCan(state, now) : Step.of(state);
      case NOTICE_STOP ->
          status == TaskStatus.RUNNING
              ? Step.of(
                  moved(state, TaskStatus.DEACTIVATING, UnaryOperator.identity()),
                  new TaskEffect.Begin(TaskStep.DEACTIVATE))
              : Step.of(state);
      case DEACTIVATE ->
          status == TaskStatus.DEACTIVATING ? stopContainers(state, now) : Step.of(state);
      case DETACH ->
          status == TaskStatus.DEPROVISIONING ? Step.of(ended(state, now)) : Step.of(state);
    };
  }

  private static Step placed(TaskState state, PlacementResult.Instance on) {
    if (!state.isWanted() || state.status() != TaskStatus.PROVISIONING) {
      return Step.of(state);
    }
    TaskState placed =
        state.with(
            state.task().toBuilder()
                .containerInstanceArn(on.arn())
                .availabilityZone(on.availabilityZone())
                .build());
    return state.task().attachments().isEmpty()
        ? Step.of(
            moved(placed, TaskStatus.PENDING, UnaryOperator.identity()),
            new TaskEffect.Begin(TaskStep.ACCEPT))
        : Step.of(versioned(placed), new TaskEffect.Begin(TaskStep.ATTACH));
  }

  /** The task is STOPPED at once, because no agent is left to stop its containers. */
  private static TaskState hostLost(TaskState state, String code, String reason, Instant now) {
    if (state.status() == TaskStatus.STOPPED) {
      return state;
    }
    Task.Builder lost = state.task().toBuilder();
    if (state.isWanted()) {
      lost.desiredStatus(STOPPED).stopCode(code).stoppedReason(reason).stoppingAt(now);
    }
    if (state.task().executionStoppedAt() == null) {
      lost.executionStoppedAt(now);
    }
    lost.containers(
        state.task().containers().stream()
            .map(container -> container.toBuilder().lastStatus(STOPPED).build())
            .toList());
    return ended(state.with(lost.build()), now);
  }

  private static TaskState attached(TaskState state, Instant now) {
    List<Attachment> attachments =
        state.task().attachments().stream()
            .map(attachment -> ElasticNetworkInterface.attached(attachment, state.task().taskArn()))
            .toList();
    return moved(
        state,
        TaskStatus.PENDING,
        task ->
            task.attachments(attachments)
                .connectivity(Connectivity.CONNECTED)
                .connectivityAt(now)
                .containers(
                    state.task().containers().stream()
                        .map(
                            container ->
                                container.toBuilder()
                                    .networkInterfaces(
                                        ElasticNetworkInterface.ofContainer(attachments))
                                    .build())
                        .toList()));
  }

  private static Step pullFailed(TaskState state, String name, String reason, Instant now) {
    if (!state.isWanted() || state.status() != TaskStatus.ACTIVATING) {
      return Step.of(state);
    }
    String error = "CannotPullContainerError: " + reason;
    TaskState failed = changed(state, name, container -> container.reason(error));
    // On Fargate the task shows the error; on EC2 only its container does.
    return stop(
        failed,
        StopCodes.FAILED_TO_START,
        state.task().launchType() == LaunchType.FARGATE ? error : StopCodes.FAILED_TO_START_REASON,
        now);
  }

  private static Step started(
      TaskState state, String name, List<NetworkBinding> bindings, Instant now) {
    // ECS shows no stop for a container that was restarted.
    if (!container(state, name).lastStatus().equals(PENDING)) {
      return Step.of(state);
    }
    TaskState running =
        changed(
            state,
            name,
            container ->
                container
                    .lastStatus(RUNNING)
                    .runtimeId(runtimeId(state, name))
                    .networkBindings(bindings));
    if (!state.isWanted()) {
      return Step.of(versioned(running), new TaskEffect.StopContainer(name));
    }
    return startWhatCan(versioned(runningIfComplete(running, now)), now);
  }

  private static Step exited(TaskState state, String name, int exitCode, Instant now) {
    if (container(state, name).lastStatus().equals(STOPPED)) {
      return Step.of(state);
    }
    TaskState stopped =
        changed(state, name, container -> container.lastStatus(STOPPED).exitCode(exitCode));
    if (!state.isWanted()) {
      return mayDeprovision(stopped) ? deprovision(stopped, now) : Step.of(versioned(stopped));
    }
    if (definition(state, name).essential()) {
      return stop(stopped, StopCodes.ESSENTIAL_EXITED, StopCodes.ESSENTIAL_EXITED_REASON, now);
    }
    return startWhatCan(versioned(runningIfComplete(stopped, now)), now);
  }

  private static Step healthChecked(
      TaskState state, String name, HealthStatus health, Instant now) {
    Container container = container(state, name);
    if (!container.lastStatus().equals(RUNNING) || container.healthStatus() == health) {
      return Step.of(state);
    }
    TaskState checked = changed(state, name, changing -> changing.healthStatus(health));
    TaskState checkedTask =
        versioned(checked.with(checked.task().toBuilder().healthStatus(health(checked)).build()));
    return state.isWanted() ? startWhatCan(checkedTask, now) : Step.of(checkedTask);
  }

  private static HealthStatus health(TaskState state) {
    Set<HealthStatus> found =
        state.definition().containerDefinitions().stream()
            .filter(definition -> definition.healthCheck() != null && definition.essential())
            .map(definition -> container(state, definition.name()).healthStatus())
            .collect(Collectors.toSet());
    if (found.contains(HealthStatus.UNHEALTHY)) {
      return HealthStatus.UNHEALTHY;
    }
    return found.equals(Set.of(HealthStatus.HEALTHY)) ? HealthStatus.HEALTHY : HealthStatus.UNKNOWN;
  }

  private static Step stop(TaskState state, String code, String reason, Instant now) {
    if (!state.isWanted()) {
      return Step.of(state);
    }
    TaskState stopping =
        versioned(
            state.with(
                state.task().toBuilder()
                    .desiredStatus(STOPPED)
                    .stopCode(code)
                    .stoppedReason(reason)
                    .stoppingAt(now)
                    .build()));
    return state.status() == TaskStatus.RUNNING
        ? Step.of(stopping, new TaskEffect.Begin(TaskStep.NOTICE_STOP))
        : stopContainers(stopping, now);
  }

  /** Stops the containers. Those that never ran are STOPPED at once, without an exit code. */
  private static Step stopContainers(TaskState state, Instant now) {
    List<TaskEffect> effects = new ArrayList<>();
    TaskState stopping = state;
    for (Container container : state.task().containers()) {
      if (container.lastStatus().equals(RUNNING)) {
        effects.add(new TaskEffect.StopContainer(container.name()));
      } else if (container.lastStatus().equals(PENDING)
          && !state.started().contains(container.name())) {
        stopping = changed(stopping, container.name(), changing -> changing.lastStatus(STOPPED));
      }
    }
    if (mayDeprovision(stopping)) {
      return deprovision(stopping, now);
    }
    return new Step(moved(stopping, TaskStatus.STOPPING, UnaryOperator.identity()), effects);
  }

  private static boolean mayDeprovision(TaskState state) {
    return allStopped(state)
        && state.status().isBefore(TaskStatus.DEPROVISIONING)
        && state.status() != TaskStatus.RUNNING;
  }

  private static Step deprovision(TaskState state, Instant now) {
    TaskState over = moved(state, TaskStatus.DEPROVISIONING, task -> task.executionStoppedAt(now));
    // Without a network interface there is no DEPROVISIONING.
    return state.task().attachments().isEmpty()
        ? Step.of(ended(over, now))
        : Step.of(over, new TaskEffect.Begin(TaskStep.DETACH));
  }

  private static TaskState ended(TaskState state, Instant now) {
    return moved(
        state,
        TaskStatus.STOPPED,
        task ->
            task.stoppedAt(now)
                .attachments(
                    state.task().attachments().stream()
                        .map(ElasticNetworkInterface::deleted)
                        .toList()));
  }

  /** The task is RUNNING once all containers have started. */
  private static TaskState runningIfComplete(TaskState state, Instant now) {
    boolean waiting =
        state.task().containers().stream()
            .anyMatch(container -> container.lastStatus().equals(PENDING));
    return waiting || state.status() != TaskStatus.ACTIVATING
        ? state
        : state.with(
            state.task().toBuilder().lastStatus(TaskStatus.RUNNING.name()).startedAt(now).build());
  }

  /**
   * Starts the containers with met dependencies; ends the task where a dependency cannot be met.
   */
  private static Step startWhatCan(TaskState state, Instant now) {
    List<TaskEffect> effects = new ArrayList<>();
    Set<String> started = new HashSet<>(state.started());
    for (ContainerDefinition definition : state.definition().containerDefinitions()) {
      if (started.contains(definition.name())) {
        continue;
      }
      if (definition.dependsOn().stream().anyMatch(dependency -> isHopeless(state, dependency))) {
        return giveUp(state, definition.name(), "A container it depends on failed.", now);
      }
      if (definition.dependsOn().stream().allMatch(dependency -> isMet(state, dependency))) {
        started.add(definition.name());
        effects.add(new TaskEffect.StartContainer(definition.name()));
        if (definition.startTimeout() != null) {
          effects.add(
              new TaskEffect.LimitStart(
                  definition.name(), Duration.ofSeconds(definition.startTimeout())));
        }
      }
    }
    return new Step(state.withStarted(started), effects);
  }

  /** Gives up the containers that still wait for this one. */
  private static Step startTimedOut(TaskState state, String name, Instant now) {
    if (!state.isWanted()) {
      return Step.of(state);
    }
    return state.definition().containerDefinitions().stream()
        .filter(definition -> !state.started().contains(definition.name()))
        .filter(
            definition ->
                definition.dependsOn().stream()
                    .filter(dependency -> dependency.containerName().equals(name))
                    .anyMatch(dependency -> !isMet(state, dependency)))
        .findFirst()
        .map(
            waiting ->
                giveUp(state, waiting.name(), "A container it depends on took too long.", now))
        .orElseGet(() -> Step.of(state));
  }

  /** Stops the task, because a container cannot start. */
  private static Step giveUp(TaskState state, String name, String why, Instant now) {
    return stop(
        changed(state, name, container -> container.reason(why)),
        StopCodes.FAILED_TO_START,
        StopCodes.FAILED_TO_START_REASON,
        now);
  }

  private static boolean isMet(TaskState state, ContainerDependency dependency) {
    Container on = container(state, dependency.containerName());
    return switch (dependency.condition()) {
      case START -> !on.lastStatus().equals(PENDING);
      case COMPLETE -> on.lastStatus().equals(STOPPED);
      case SUCCESS -> on.lastStatus().equals(STOPPED) && Integer.valueOf(0).equals(on.exitCode());
      case HEALTHY -> on.healthStatus() == HealthStatus.HEALTHY;
      case UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  private static boolean isHopeless(TaskState state, ContainerDependency dependency) {
    Container on = container(state, dependency.containerName());
    return switch (dependency.condition()) {
      case SUCCESS -> on.lastStatus().equals(STOPPED) && !isMet(state, dependency);
      case HEALTHY ->
          on.healthStatus() == HealthStatus.UNHEALTHY || on.lastStatus().equals(STOPPED);
      case START, COMPLETE, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  private static boolean allStopped(TaskState state) {
    return state.task().containers().stream()
        .allMatch(container -> container.lastStatus().equals(STOPPED));
  }

  private static TaskState moved(TaskState state, TaskStatus to, UnaryOperator<Task.Builder> more) {
    return versioned(
        state.with(more.apply(state.task().toBuilder().lastStatus(to.name())).build()));
  }

  /** ECS raises the version by one with every change that it reports. */
  private static TaskState versioned(TaskState state) {
    return state.with(state.task().toBuilder().version(state.task().version() + 1).build());
  }

  private static TaskState changed(
      TaskState state, String name, UnaryOperator<Container.Builder> change) {
    return state.with(
        state.task().toBuilder()
            .containers(
                state.task().containers().stream()
                    .map(
                        container ->
                            container.name().equals(name)
                                ? change.apply(container.toBuilder()).build()
                                : container)
                    .toList())
            .build());
  }

  private static Container container(TaskState state, String name) {
    return find(state.task().containers().stream().filter(c -> c.name().equals(name)).findAny());
  }

  private static ContainerDefinition definition(TaskState state, String name) {
    return find(
        state.definition().containerDefinitions().stream()
            .filter(c -> c.name().equals(name))
            .findAny());
  }

  private static <T> T find(Optional<T> found) {
    return found.orElseThrow(() -> new IllegalStateException("The task has no such container."));
  }

  /** The runtime id as on Fargate: the task id and ten digits. */
  private static String runtimeId(TaskState state, String name) {
    String arn = state.task().taskArn();
    return arn.substring(arn.lastIndexOf('/') + 1)
        + "-"
        + (1_000_000_000L + Integer.toUnsignedLong(name.hashCode()) % 9_000_000_000L);
  }
}
