package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values of a store, in the order in which their keys came, built up from its changes. */
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

  /** Whether a line holds a change, told without reading all of it. */
  static boolean isChange(String line) {
    return line.startsWith("{\"" + VALUES + "\":");
  }

  static boolean isChange(JsonNode line) {
    return line.has(VALUES);
  }

  /** Takes over what {@link #write} wrote. */
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
