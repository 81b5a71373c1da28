package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;

/** Why a task stopped, in one line. */
public final class StopReason {
  private StopReason() {}

  /** ECS's reason for the task, then each container's exit code and reason. */
  public static String of(JsonNode task) {
    StringBuilder text = new StringBuilder(task.path("stoppedReason").asText("Stopped"));
    for (JsonNode container : task.path("containers")) {
      if (!container.has("exitCode") && !container.has("reason")) {
        continue;
      }
      text.append("; ").append(container.path("name").asText());
      if (container.has("exitCode")) {
        text.append(" exited with ").append(container.path("exitCode").asInt());
      }
      if (container.has("reason")) {
        text.append(": ").append(container.path("reason").asText());
      }
    }
    return text.toString();
  }
}
