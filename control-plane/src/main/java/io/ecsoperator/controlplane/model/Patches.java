package io.ecsoperator.controlplane.model;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON patch (RFC 6902: add, remove, replace, test) and JSON merge patch (RFC 7396). */
final class Patches {
  private Patches() {}

  static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode members)) {
      return patch.deepCopy();
    }
    ObjectNode merged =
        target instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    members
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                merged.remove(member.getKey());
              } else {
                merged.set(member.getKey(), merge(merged.path(member.getKey()), member.getValue()));
              }
            });
    return merged;
  }

  static ObjectNode apply(ObjectNode target, JsonNode operations) {
    ObjectNode patched = target.deepCopy();
    operations.forEach(operation -> apply(operation, patched));
    return patched;
  }

  private static void apply(JsonNode operation, ObjectNode patched) {
    JsonPointer path = JsonPointer.compile(operation.path("path").asText());
    JsonNode parent = patched.at(path.head());
    String member = path.last().getMatchingProperty();
    JsonNode present = patched.at(path);
    switch (operation.path("op").asText()) {
      case "test" -> require(present.equals(operation.path("value")), operation);
      case "remove" -> {
        require(!present.isMissingNode(), operation);
        remove(parent, member);
      }
      case "replace" -> {
        require(!present.isMissingNode(), operation);
        set(parent, member, operation.path("value"));
      }
      case "add" -> {
        require(parent.isContainerNode(), operation);
        add(parent, member, operation.path("value"));
      }
      default -> throw new IllegalArgumentException("Not modelled: " + operation);
    }
  }

  private static void remove(JsonNode parent, String member) {
    if (parent instanceof ObjectNode object) {
      object.remove(member);
    } else if (parent instanceof ArrayNode array) {
      array.remove(Integer.parseInt(member));
    }
  }

  private static void set(JsonNode parent, String member, JsonNode value) {
    if (parent instanceof ObjectNode object) {
      object.set(member, value);
    } else if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(member), value);
    }
  }

  private static void add(JsonNode parent, String member, JsonNode value) {
    if (parent instanceof ArrayNode array) {
      int index = member.equals("-") ? array.size() : Integer.parseInt(member);
      array.insert(index, value);
    } else {
      set(parent, member, value);
    }
  }

  private static void require(boolean holds, JsonNode operation) {
    if (!holds) {
      throw RefusedRequest.invalid("the server rejected our request: " + operation);
    }
  }
}
