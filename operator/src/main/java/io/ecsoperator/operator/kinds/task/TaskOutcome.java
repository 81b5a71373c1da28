package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.status.StopReason;
import java.util.ArrayList;
import java.util.HashSet;
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
   * @param revision the task definition, which says what is not essential
   */
  static TaskOutcome of(JsonNode task, JsonNode revision) {
    List<Integer> exitCodes = essentialExitCodes(task, revision);
    String stopCode = task.path("stopCode").asText();
    Optional<Integer> failure =
        exitCodes.stream().filter(code -> code != 0 && !ENDED_BY_ECS.contains(code)).findFirst();
    boolean succeeded =
        stopCode.equals("EssentialContainerExited") && exitCodes.contains(0) && failure.isEmpty();
    Optional<Integer> exitCode =
        succeeded ? Optional.of(0) : failure.or(() -> exitCodes.stream().findFirst());
    return new TaskOutcome(succeeded, exitCode, stopCode, StopReason.of(task));
  }

  private static List<Integer> essentialExitCodes(JsonNode task, JsonNode revision) {
    Set<String> helpers = new HashSet<>();
    for (JsonNode container : revision.path("containerDefinitions")) {
      if (!container.path("essential").asBoolean(true)) {
        helpers.add(container.path("name").asText());
      }
    }
    List<Integer> exitCodes = new ArrayList<>();
    for (JsonNode container : task.path("containers")) {
      if (container.has("exitCode") && !helpers.contains(container.path("name").asText())) {
        exitCodes.add(container.path("exitCode").asInt());
      }
    }
    return exitCodes;
  }
}
