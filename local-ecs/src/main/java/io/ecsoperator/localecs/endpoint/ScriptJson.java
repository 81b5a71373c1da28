package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.script.ContainerScript;
import java.time.Duration;
import java.util.Optional;

/**
 * Scripts as {@code /_local/scripts} reads and writes them: {@code image}, {@code pullError},
 * {@code runSeconds}, {@code exitCode}, {@code healthy}.
 */
final class ScriptJson {
  private ScriptJson() {}

  static String image(JsonNode json) {
    String image = json.path("image").asText();
    if (image.isEmpty()) {
      throw new IllegalArgumentException("A script has the image that it is for.");
    }
    return image;
  }

  static ContainerScript read(JsonNode json) {
    return new ContainerScript(
        Optional.ofNullable(json.get("pullError")).map(JsonNode::asText),
        Optional.ofNullable(json.get("runSeconds")).map(JsonNode::asLong).map(Duration::ofSeconds),
        json.path("exitCode").asInt(0),
        json.path("healthy").asBoolean(true));
  }

  static ObjectNode write(String image, ContainerScript script) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("image", image);
    script.pullError().ifPresent(error -> json.put("pullError", error));
    script.runsFor().ifPresent(time -> json.put("runSeconds", time.toSeconds()));
    return json.put("exitCode", script.exitCode()).put("healthy", script.healthy());
  }
}
