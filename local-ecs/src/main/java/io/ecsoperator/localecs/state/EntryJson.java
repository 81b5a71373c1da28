package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.DateTimeException;
import java.time.Instant;

/** An entry as one JSON object. */
final class EntryJson {
  private EntryJson() {}

  static ObjectNode write(Entry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("at", entry.at().toString());
    switch (entry) {
      case Entry.Operation operation -> {
        json.put("account", operation.scope().account());
        json.put("region", operation.scope().region());
        json.put("operation", operation.name());
        json.set("request", operation.request());
      }
      case Entry.Change change -> {
        json.put("change", change.name());
        json.set("body", change.body());
      }
      case Entry.Refusal _ -> json.put("refused", true);
      case Entry.Time _ -> {
        // These entries have no members besides the time.
      }
    }
    return json;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException where the JSON has another form
   */
  static Entry read(JsonNode json) {
    Instant at = instant(json.path("at").asText());
    if (json.has("operation")) {
      return new Entry.Operation(
          at,
          new Scope(json.path("account").asText(), json.path("region").asText()),
          json.get("operation").asText(),
          json.path("request"));
    }
    if (json.has("refused")) {
      return new Entry.Refusal(at);
    }
    return json.has("change")
        ? new Entry.Change(at, json.get("change").asText(), json.path("body"))
        : new Entry.Time(at);
  }

  static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a time: " + text, e);
    }
  }
}
