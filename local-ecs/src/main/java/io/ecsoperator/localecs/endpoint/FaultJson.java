package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Fault rules as {@code /_local/faults} reads and writes them: {@code operation}, one of {@code
 * refuse}, {@code loseAnswer}, {@code loseRequest} and {@code delayMillis}, and {@code share} or
 * {@code times}. A refusal is {@code {type, message, status}} or one of the words {@code
 * throttled}, {@code denied} and {@code unavailable}.
 */
final class FaultJson {
  private FaultJson() {}

  static FaultRule read(JsonNode json) {
    return new FaultRule(
        json.path("operation").asText(FaultRule.ANY),
        fault(json),
        json.path("share").asDouble(1),
        json.has("times") ? OptionalInt.of(json.get("times").asInt()) : OptionalInt.empty());
  }

  private static Fault fault(JsonNode json) {
    if (json.has("refuse")) {
      JsonNode refusal = json.get("refuse");
      if (refusal.isTextual()) {
        return refusal(refusal.asText());
      }
      String type = refusal.path("type").asText();
      if (type.isEmpty()) {
        throw new IllegalArgumentException("refuse needs a type, such as AccessDeniedException.");
      }
      return new Fault.Refusal(
          type,
          refusal.path("message").asText("Refused on purpose."),
          refusal.path("status").asInt(400));
    }
    if (json.has("loseAnswer")) {
      return new Fault.LostAnswer(Fault.Loss.valueOf(json.get("loseAnswer").asText()));
    }
    if (json.has("loseRequest")) {
      return new Fault.LostRequest(Fault.Loss.valueOf(json.get("loseRequest").asText()));
    }
    if (json.has("delayMillis")) {
      return new Fault.Delay(Duration.ofMillis(json.get("delayMillis").asLong()));
    }
    throw new IllegalArgumentException(
        "A fault has refuse, loseAnswer, loseRequest or delayMillis.");
  }

  private static Fault refusal(String word) {
    return switch (word) {
      case "throttled" -> Fault.throttled();
      case "denied" -> Fault.accessDenied();
      case "unavailable" -> Fault.serverError();
      default ->
          throw new IllegalArgumentException(
              "refuse is throttled, denied, unavailable or an object with a type, not " + word);
    };
  }

  static ObjectNode write(FaultRule rule) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("operation", rule.operation())
            .put("share", rule.share());
    rule.times().ifPresent(times -> json.put("times", times));
    switch (rule.fault()) {
      case Fault.Refusal(String type, String message, int status) ->
          json.putObject("refuse").put("type", type).put("message", message).put("status", status);
      case Fault.LostAnswer(Fault.Loss how) -> json.put("loseAnswer", how.name());
      case Fault.LostRequest(Fault.Loss how) -> json.put("loseRequest", how.name());
      case Fault.Delay(Duration by) -> json.put("delayMillis", by.toMillis());
    }
    return json;
  }
}
