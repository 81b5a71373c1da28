package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.script.ContainerScript;
import io.ecsoperator.localecs.script.ScriptReader;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.HealthStatus;

/** Simulates containers by their scripts, in world time. */
final class SimulatedRuntime implements TaskRuntime {
  /** The exit code of a container that SIGTERM ended. */
  private static final int TERMINATED = 143;

  private final World world;
  private final ScriptReader scripts;
  private final TaskTimings timings;
  private final HostPorts ports = new HostPorts();

  SimulatedRuntime(World world, ScriptReader scripts, TaskTimings timings) {
    this.world = world;
    this.scripts = scripts;
    this.timings = timings;
  }

  @Override
  public void perform(TaskEffect effect, TaskState state, Consumer<TaskMessage> inbox) {
    switch (effect) {
      case TaskEffect.Begin(TaskStep step) ->
          world.after(timings.of(step), () -> inbox.accept(outcome(step, state)));
      case TaskEffect.StartContainer(String container) ->
          world.after(
              script(definition(state, container), state)
                  .startsAfter()
                  .orElse(timings.startContainer()),
              () -> run(definition(state, container), state, inbox));
      case TaskEffect.StopContainer(String container) ->
          world.after(
              timings.stopContainer(),
              () ->
                  inbox.accept(
                      new TaskMessage.ContainerExited(container, TERMINATED, Duration.ZERO)));
      case TaskEffect.LimitStart(String container, Duration timeout) ->
          world.after(timeout, () -> inbox.accept(new TaskMessage.StartTimedOut(container)));
    }
  }

  private TaskMessage outcome(TaskStep step, TaskState state) {
    if (step != TaskStep.PULL) {
      return new TaskMessage.Done(step);
    }
    return state.definition().containerDefinitions().stream()
        .flatMap(
            container ->
                script(container, state)
                    .pullError()
                    .map(error -> new TaskMessage.PullFailed(container.name(), error))
                    .stream())
        .map(TaskMessage.class::cast)
        .findFirst()
        .orElse(new TaskMessage.Done(step));
  }

  private void run(ContainerDefinition container, TaskState state, Consumer<TaskMessage> inbox) {
    ContainerScript script = script(container, state);
    inbox.accept(new TaskMessage.ContainerStarted(container.name(), ports.bind(container, state)));
    if (container.healthCheck() != null) {
      world.after(
          untilJudged(container, script.healthy()),
          () ->
              inbox.accept(
                  new TaskMessage.HealthChecked(
                      container.name(),
                      script.healthy() ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY)));
    }
    script
        .runsFor()
        .ifPresent(
            time ->
                world.after(
                    time,
                    () ->
                        inbox.accept(
                            new TaskMessage.ContainerExited(
                                container.name(), script.exitCode(), time))));
  }

  /**
   * The time until the health check decides. One success makes a container HEALTHY; all retries
   * after the start period must fail to make it UNHEALTHY.
   */
  private static Duration untilJudged(ContainerDefinition container, boolean healthy) {
    Duration interval = Duration.ofSeconds(container.healthCheck().interval());
    if (healthy) {
      return interval;
    }
    Integer startPeriod = container.healthCheck().startPeriod();
    return Duration.ofSeconds(startPeriod == null ? 0 : startPeriod)
        .plus(interval.multipliedBy(container.healthCheck().retries()));
  }

  private ContainerScript script(ContainerDefinition definition, TaskState state) {
    Optional<ContainerOverride> override =
        state.task().overrides().containerOverrides().stream()
            .filter(candidate -> candidate.name().equals(definition.name()))
            .findFirst();
    Map<String, String> environment = new HashMap<>();
    definition.environment().forEach(pair -> environment.put(pair.name(), pair.value()));
    override.ifPresent(
        over -> over.environment().forEach(pair -> environment.put(pair.name(), pair.value())));
    List<String> command =
        override
            .filter(ContainerOverride::hasCommand)
            .map(ContainerOverride::command)
            .orElse(definition.command());
    return scripts.of(
        new ScriptReader.Container(
            definition.image(),
            definition.entryPoint(),
            command,
            environment,
            isAwaited(definition, state)));
  }

  private static boolean isAwaited(ContainerDefinition definition, TaskState state) {
    return state.definition().containerDefinitions().stream()
        .flatMap(other -> other.dependsOn().stream())
        .filter(dependency -> dependency.containerName().equals(definition.name()))
        .anyMatch(
            dependency ->
                dependency.condition() == ContainerCondition.COMPLETE
                    || dependency.condition() == ContainerCondition.SUCCESS);
  }

  private static ContainerDefinition definition(TaskState state, String name) {
    return state.definition().containerDefinitions().stream()
        .filter(container -> container.name().equals(name))
        .findAny()
        .orElseThrow();
  }
}
