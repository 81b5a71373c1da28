package io.ecsoperator.operator.kinds.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a stopped task ended.
 *
 * @param exitCode of the essential container that ended the task; empty where none ran
 */
record TaskOutcome(boolean succeeded, Optional<Integer> exitCode, String stopCode, String reason) {
  /** Exit codes after SIGKILL and SIGTERM: how ECS ends the other containers of a task. */
  private static final Set<Integer> ENDED_BY_ECS = Set.of(137, 143);

  /**
   * A task has succeeded when it ended because an essential container exited with 0, and no other
   * essential one failed by itself.
   *
   * @param definition says which containers are not essential
   */
  static TaskOutcome of(DescribedTask task, TaskContainers definition) {
    List<DescribedTask.Container> essential =
        task.containers().stream()
            .filter(container -> !definition.nonEssential().contains(container.name()))
            .toList();
    List<DescribedTask.Container> failed =
        essential.stream().filter(TaskOutcome::hasFailed).toList();
    String stopCode = task.stopCode().orElse("");
    boolean succeeded =
        stopCode.equals("EssentialContainerExited")
            && exitCodes(essential).anyMatch(code -> code == 0)
            && failed.isEmpty();
    Optional<Integer> exitCode =
        succeeded
            ? Optional.of(0)
            : Stream.concat(exitCodes(failed), exitCodes(essential)).findFirst();
    return new TaskOutcome(succeeded, exitCode, stopCode, task.stopText());
  }

  /**
   * Whether the container failed by itself. ECS gives a reason for one that ran out of memory or
   * did not start, and none for one that it stopped because another one had ended.
   */
  private static boolean hasFailed(DescribedTask.Container container) {
    return container
        .exitCode()
        .map(code -> code != 0 && !(ENDED_BY_ECS.contains(code) && container.reason().isEmpty()))
        .orElse(container.reason().isPresent());
  }

  private static Stream<Integer> exitCodes(List<DescribedTask.Container> containers) {
    return containers.stream().flatMap(container -> container.exitCode().stream());
  }
}
