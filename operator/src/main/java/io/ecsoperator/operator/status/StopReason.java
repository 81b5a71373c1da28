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

  /** ECS's reason for the task, then each container's exit code and reason. */
  public static String of(JsonNode task) {
    StringBuilder text = new StringBuilder(STOPPED_REASON.optionalText(task).orElse("Stopped"));
    CONTAINERS.items(task).forEach(container -> append(container, text));
    return redaction(task).apply(text.toString());
  }

  /** ECS repeats commands and other values of the overrides in its reasons. */
  public static Redaction redaction(JsonNode task) {
    return Redaction.of(OVERRIDES.of(task));
  }

  private static void append(JsonNode container, StringBuilder text) {
    Optional<Integer> exitCode = EXIT_CODE.optionalNumber(container);
    if (exitCode.isEmpty() && !REASON.isIn(container)) {
      return;
    }
    text.append("; ").append(NAME.text(container));
    exitCode.ifPresent(code -> text.append(" exited with ").append(code));
    if (REASON.isIn(container)) {
      text.append(": ").append(REASON.text(container));
    }
  }
}
