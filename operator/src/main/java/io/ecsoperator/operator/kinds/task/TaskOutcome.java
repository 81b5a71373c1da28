package io.ecsoperator.operator.kinds.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;

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
    List<Integer> exitCodes = essentialExitCodes(task, definition);
    String stopCode = task.stopCode().orElse("");
    Optional<Integer> failure =
        exitCodes.stream().filter(code -> code != 0 && !ENDED_BY_ECS.contains(code)).findFirst();
    boolean succeeded =
        stopCode.equals("EssentialContainerExited") && exitCodes.contains(0) && failure.isEmpty();
    Optional<Integer> exitCode =
        succeeded ? Optional.of(0) : failure.or(() -> exitCodes.stream().findFirst());
    return new TaskOutcome(succeeded, exitCode, stopCode, task.stopText());
  }

  private static List<Integer> essentialExitCodes(DescribedTask task, TaskContainers definition) {
    Set<String> nonEssential = definition.nonEssential();
    return task.containers().stream()
        .filter(container -> !nonEssential.contains(container.name()))
        .flatMap(container -> container.exitCode().stream())
        .toList();
  }
}
