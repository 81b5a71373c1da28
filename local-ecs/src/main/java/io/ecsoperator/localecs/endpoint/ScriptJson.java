package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.script.ContainerScript;
import java.time.Duration;
import java.util.Optional;

/**
 * Scripts as {@code /_local/scripts} reads and writes them: {@code image}, {@code pullError},
 * {@code startSeconds}, {@code runSeconds}, {@code exitCode}, {@code healthy}.
 */
final class ScriptJson {
  private ScriptJson() {}

  static String image(JsonNode json) {
    String image = json.path("image").asText();
    if (image.isEmpty()) {
      throw new IllegalArgumentException("A script needs an image.");
    }
    return image;
  }

  static ContainerScript read(JsonNode json) {
    return new ContainerScript(
        Optional.ofNullable(json.get("pullError")).map(JsonNode::asText),
        seconds(json, "startSeconds"),
        seconds(json, "runSeconds"),
        json.path("exitCode").asInt(0),
        json.path("healthy").asBoolean(true));
  }

  private static Optional<Duration> seconds(JsonNode json, String member) {
    return Optional.ofNullable(json.get(member)).map(JsonNode::asLong).map(Duration::ofSeconds);
  }

  static ObjectNode write(String image, ContainerScript script) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("image", image);
    script.pullError().ifPresent(error -> json.put("pullError", error));
    script.startsAfter().ifPresent(time -> json.put("startSeconds", time.toSeconds()));
    script.runsFor().ifPresent(time -> json.put("runSeconds", time.toSeconds()));
    return json.put("exitCode", script.exitCode()).put("healthy", script.healthy());
  }
}
