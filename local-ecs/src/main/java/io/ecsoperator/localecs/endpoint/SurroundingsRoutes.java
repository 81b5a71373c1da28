package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.surroundings.HookAnswer;
import io.ecsoperator.localecs.surroundings.Surroundings;
import io.ecsoperator.localecs.surroundings.TargetHealth;
import java.util.Map;
import java.util.TreeMap;

/**
 * The switches for what lies around ECS: {@code alarms {name, inAlarm}}, {@code targets
 * {targetGroupArn, health}} and {@code hooks {functionArn, answer}}.
 */
final class SurroundingsRoutes {
  private SurroundingsRoutes() {}

  /** By method and path; all of them belong to the world's thread. */
  static Map<String, LocalRoutes.Route> of(Surroundings surroundings) {
    return Map.of(
        "GET alarms",
        body -> alarms(surroundings),
        "POST alarms",
        body -> {
          surroundings.setAlarm(text(body, "name"), body.path("inAlarm").asBoolean(true));
          return alarms(surroundings);
        },
        "GET targets",
        body -> map(surroundings.targets()),
        "POST targets",
        body -> {
          surroundings.setTargets(
              text(body, "targetGroupArn"), TargetHealth.valueOf(text(body, "health")));
          return map(surroundings.targets());
        },
        "GET hooks",
        body -> map(surroundings.functions()),
        "POST hooks",
        body -> {
          surroundings.setFunction(
              text(body, "functionArn"), HookAnswer.valueOf(text(body, "answer")));
          return map(surroundings.functions());
        });
  }

  private static JsonNode alarms(Surroundings surroundings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    surroundings.alarms().forEach(json.putArray("inAlarm")::add);
    return json;
  }

  private static <V extends Enum<V>> JsonNode map(Map<String, V> values) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(values).forEach((key, value) -> json.put(key, value.name()));
    return json;
  }

  private static String text(JsonNode body, String member) {
    String text = body.path(member).asText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("The body needs " + member + ".");
    }
    return text;
  }
}
