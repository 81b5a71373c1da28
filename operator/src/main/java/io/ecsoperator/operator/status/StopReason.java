package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.secrets.Redaction;
import java.util.Optional;

/** Why a task stopped, in one line, with secrets masked. */
public final class StopReason {
  private static final EcsType TASK = EcsType.of("Task");
  private static final EcsMember STOPPED_REASON = TASK.member("stoppedReason");
  private static final EcsMember CONTAINERS = TASK.member("containers");
  private static final EcsType CONTAINER = EcsType.of("Container");
  private static final EcsMember NAME = CONTAINER.member("name");
  private static final EcsMember EXIT_CODE = CONTAINER.member("exitCode");
  private static final EcsMember REASON = CONTAINER.member("reason");

  private static final EcsMember OVERRIDES = TASK.member("overrides");

  private StopReason() {}

  /**
   * ECS's reason for the task, then each container's exit code and reason.
   *
   * @param taskDefinition as ECS describes it; a missing node if it is not known
   */
  public static String of(JsonNode task, JsonNode taskDefinition) {
    Redaction redaction = redaction(task, taskDefinition);
    StringBuilder text =
        new StringBuilder(
            STOPPED_REASON.optionalText(task).map(redaction::apply).orElse("Stopped"));
    CONTAINERS.items(task).forEach(container -> append(container, redaction, text));
    return text.toString();
  }

  /**
   * ECS and Docker repeat commands and other values in their reasons: those of the overrides, and
   * of the task definition.
   */
  public static Redaction redaction(JsonNode task, JsonNode taskDefinition) {
    return Redaction.of(OVERRIDES.of(task), taskDefinition);
  }

  private static void append(JsonNode container, Redaction redaction, StringBuilder text) {
    Optional<Integer> exitCode = EXIT_CODE.optionalNumber(container);
    if (exitCode.isEmpty() && !REASON.isIn(container)) {
      return;
    }
    text.append("; ").append(NAME.text(container));
    exitCode.ifPresent(code -> text.append(" exited with ").append(code));
    if (REASON.isIn(container)) {
      text.append(": ").append(redaction.apply(REASON.text(container)));
    }
  }
}
