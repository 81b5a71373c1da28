package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values of a store, built from its changes, in the order in which their keys were added. */
final class StoredValues {
  private static final String VALUES = "values";

  private final Map<String, JsonNode> values = new LinkedHashMap<>();

  /** A change as one JSON object. */
  static ObjectNode write(Map<String, Optional<JsonNode>> change) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode members = json.putObject(VALUES);
    change.forEach((key, value) -> members.set(key, value.orElse(members.nullNode())));
    return json;
  }

  /** Whether a line holds a change, decided without parsing it. */
  static boolean isChange(String line) {
    return line.startsWith("{\"" + VALUES + "\":");
  }

  static boolean isChange(JsonNode line) {
    return line.has(VALUES);
  }

  /** Applies a change that {@link #write} wrote. */
  void apply(JsonNode change) {
    change
        .path(VALUES)
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                values.remove(member.getKey());
              } else {
                values.put(member.getKey(), member.getValue());
              }
            });
  }

  Map<String, JsonNode> all() {
    return Collections.unmodifiableMap(values);
  }
}
