package io.ecsoperator.localecs.task;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How long the steps of a task's life take, in world time.
 *
 * @param steps each step has a time
 * @param startContainer from the start request to RUNNING
 * @param stopContainer from the stop signal to the end
 */
record TaskTimings(Map<TaskStep, Duration> steps, Duration startContainer, Duration stopContainer) {

  TaskTimings {
    steps = new EnumMap<>(steps);
  }

  /** As observed on Fargate: RUNNING 47 s after the start, STOPPED 36 s after the stop. */
  static TaskTimings fargate() {
    return new TaskTimings(
        Map.of(
            TaskStep.ATTACH, Duration.ofSeconds(4),
            TaskStep.ACCEPT, Duration.ofSeconds(7),
            TaskStep.PULL, Duration.ofSeconds(9),
            TaskStep.CREATE, Duration.ofSeconds(26),
            TaskStep.NOTICE_STOP, Duration.ofSeconds(1),
            TaskStep.DEACTIVATE, Duration.ofSeconds(1),
            TaskStep.DETACH, Duration.ofSeconds(30)),
        Duration.ofSeconds(1),
        Duration.ofSeconds(4));
  }

  Duration of(TaskStep step) {
    return Objects.requireNonNull(steps.get(step), step::name);
  }
}
