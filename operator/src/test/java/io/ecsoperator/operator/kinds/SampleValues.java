package io.ecsoperator.operator.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.sdkschema.OpenApiSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkPojo;

/** Values of ECS's members by the SDK's model: two for each, where it can have more than one. */
final class SampleValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Members that identify an item of a list; a change of one is another item. */
  private static final List<String> KEYS = List.of("name", "key");

  private final ObjectNode request;
  private final Map<String, List<List<String>>> changeable = new HashMap<>();

  SampleValues(SdkPojo request) {
    this.request = new OpenApiSchema().of(request.getClass());
  }

  /** All top-level members. */
  List<String> members() {
    return request.get("properties").propertyStream().map(member -> member.getKey()).toList();
  }

  /** A tree in which one top-level member has all that it can have. */
  ObjectNode full(String member) {
    return NODES.objectNode().set(member, value(schema(member), 0));
  }

  /** The paths of all values inside a member, as names; a list has one item. */
  Stream<List<String>> leaves(String member) {
    return leaves(schema(member)).map(path -> join(member, path));
  }

  /** The paths inside a member whose values can be changed. */
  List<List<String>> changeable(String member) {
    return changeable.computeIfAbsent(
        member, name -> leaves(name).filter(this::canChange).toList());
  }

  /** Whether the member at a path has two values and does not identify its item. */
  boolean canChange(List<String> path) {
    JsonNode schema = at(path);
    boolean isKey = path.size() > 1 && KEYS.contains(path.getLast());
    return !isKey && !value(schema, 0).equals(value(schema, 1));
  }

  /** Sets the value at a path to another one. */
  void change(ObjectNode tree, List<String> path) {
    parent(tree, path).set(path.getLast(), value(at(path), 1));
  }

  void remove(ObjectNode tree, List<String> path) {
    parent(tree, path).remove(path.getLast());
  }

  /** What a tree has at a path; missing if it has nothing there. */
  static JsonNode get(JsonNode tree, List<String> path) {
    JsonNode at = tree;
    for (String name : path) {
      at = item(at).path(name);
    }
    return at;
  }

  private static ObjectNode parent(ObjectNode tree, List<String> path) {
    return (ObjectNode) item(get(tree, path.subList(0, path.size() - 1)));
  }

  private static JsonNode item(JsonNode node) {
    return node.isArray() ? node.path(0) : node;
  }

  private JsonNode schema(String member) {
    return request.get("properties").get(member);
  }

  private JsonNode at(List<String> path) {
    JsonNode schema = request;
    for (String name : path) {
      schema = itemSchema(schema).get("properties").get(name);
    }
    return schema;
  }

  private static JsonNode itemSchema(JsonNode schema) {
    return schema.has("items") ? schema.get("items") : schema;
  }

  private static Stream<List<String>> leaves(JsonNode schema) {
    JsonNode item = itemSchema(schema);
    return item.has("properties")
        ? item.get("properties")
            .propertyStream()
            .flatMap(member -> leaves(member.getValue()).map(path -> join(member.getKey(), path)))
        : Stream.of(List.of());
  }

  private static List<String> join(String name, List<String> path) {
    return Stream.concat(Stream.of(name), path.stream()).toList();
  }

  private static JsonNode value(JsonNode schema, int variant) {
    if (schema.has("enum")) {
      int last = schema.get("enum").size() - 1;
      return schema.get("enum").get(Math.max(0, last - variant));
    }
    return switch (schema.path("type").asText()) {
      case "integer" -> NODES.numberNode(41 + variant);
      case "number" -> NODES.numberNode(4.5 + variant);
      case "boolean" -> NODES.booleanNode(variant == 0);
      case "array" -> NODES.arrayNode().add(value(schema.get("items"), variant));
      case "object" -> object(schema, variant);
      default -> NODES.textNode(variant == 0 ? "one" : "two");
    };
  }

  private static JsonNode object(JsonNode schema, int variant) {
    ObjectNode object = NODES.objectNode();
    schema
        .path("properties")
        .properties()
        .forEach(member -> object.set(member.getKey(), value(member.getValue(), variant)));
    if (object.isEmpty()) {
      object.set("key", value(schema.path("additionalProperties"), variant));
    }
    return object;
  }

  /** The text of a path, with lists marked. */
  String text(List<String> path) {
    StringBuilder text = new StringBuilder();
    JsonNode schema = request;
    for (String name : path) {
      text.append(schema.has("items") ? "[]" : "").append(text.isEmpty() ? "" : ".").append(name);
      schema = itemSchema(schema).get("properties").get(name);
    }
    return text.toString();
  }
}
