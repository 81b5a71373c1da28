package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.faults.Lag;
import java.time.Duration;

/** A lag as {@code /_local/lag} reads and writes it: {@code reads}, {@code seconds}, or both. */
final class LagJson {
  private LagJson() {}

  static Lag read(JsonNode json) {
    return new Lag(
        json.path("reads").asInt(0),
        Duration.ofMillis(Math.round(json.path("seconds").asDouble(0) * 1000)));
  }

  static ObjectNode write(Lag lag) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("reads", lag.reads())
        .put("seconds", lag.time().toMillis() / 1000.0);
  }
}
