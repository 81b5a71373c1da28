package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Adds limits to texts, lists and maps of a spec that have none, so that the API server refuses
 * what no request to ECS can have. ECS takes at most 64 KiB for a task definition, and less for
 * everything else.
 *
 * <p>An OpenAPI schema without references cannot limit the depth of free-form JSON: the operator
 * does that when it reads the object.
 */
final class Bounds {
  private static final int MAX_REQUEST = 65_536;

  /** A text in a list takes at least 3 characters of JSON: two quotes and a comma. */
  private static final int MAX_VALUES = MAX_REQUEST / 3;

  /** {@code {"a":"b"},} takes 10 characters. */
  private static final int MAX_OBJECTS = MAX_REQUEST / 10;

  /**
   * Keys differ, so that most of them have two characters or more: {@code "ab":"",}. 64 KiB have
   * room for no more than 8,203 members.
   */
  private static final int MAX_MEMBERS = 8_203;

  /**
   * For a list without a known limit whose items have maps, and for these maps: the API server
   * limits the product of both, because a rule checks each key.
   */
  private static final int MAX_WITH_MAPS = 1_000;

  /** Half of a whole task definition. */
  private static final int MAX_KEY = MAX_REQUEST / 2;

  private Bounds() {}

  static void add(ObjectNode spec) {
    add(spec, MAX_MEMBERS);
  }

  private static void add(ObjectNode schema, int maxMembers) {
    boolean any = schema.path("x-kubernetes-preserve-unknown-fields").booleanValue();
    String type = schema.path("type").asText();
    if (any || type.equals("object") && !schema.has("properties")) {
      atMost(schema, "maxProperties", maxMembers);
    }
    if (any && type.isEmpty()) {
      atMost(schema, "maxItems", MAX_VALUES);
    }
    if (type.equals("string") && !schema.has("enum") || any && type.isEmpty()) {
      atMost(schema, "maxLength", MAX_REQUEST);
    }
    if (schema.get("additionalProperties") instanceof ObjectNode values) {
      limitKeys(schema);
      add(values, maxMembers);
    }
    if (schema.get("items") instanceof ObjectNode items) {
      addToList(schema, items, maxMembers);
    }
    schema
        .path("properties")
        .forEach(
            property -> {
              if (!isRefused(property)) {
                add((ObjectNode) property, maxMembers);
              }
            });
  }

  private static void addToList(ObjectNode list, ObjectNode items, int maxMembers) {
    if (!list.has("maxItems") && !items.findParents("additionalProperties").isEmpty()) {
      list.put("maxItems", MAX_WITH_MAPS);
      add(items, MAX_WITH_MAPS);
    } else {
      atMost(list, "maxItems", items.has("properties") ? MAX_OBJECTS : MAX_VALUES);
      add(items, maxMembers);
    }
  }

  private static void atMost(ObjectNode schema, String limit, int number) {
    if (!schema.has(limit)) {
      schema.put(limit, number);
    }
  }

  private static void limitKeys(ObjectNode map) {
    ArrayNode rules = map.withArray("x-kubernetes-validations");
    rules
        .addObject()
        .put("rule", "self.all(key, size(key) <= " + MAX_KEY + ")")
        .put(
            "message", "shorten the key: ECS takes no key of more than " + MAX_KEY + " characters");
  }

  /** A member that is in the schema only so that a rule can refuse it. */
  private static boolean isRefused(JsonNode property) {
    return property.at("/x-kubernetes-validations/0/rule").asText().equals("false");
  }
}
