package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Accepts null for members that may be absent, because SDKs and the AWS console write them so. The
 * API server takes such nulls out of what is created or updated, but not out of what is applied
 * server-side; there, an object whose last member is taken out becomes null too. CEL's {@code has}
 * is false for null.
 */
final class Nulls {
  private Nulls() {}

  static void accept(JsonNode schema) {
    Set<String> required =
        schema.path("required").valueStream().map(JsonNode::textValue).collect(Collectors.toSet());
    schema.path("properties").properties().stream()
        .filter(property -> !required.contains(property.getKey()))
        .forEach(property -> acceptNull(property.getValue()));
    schema.path("properties").forEach(Nulls::accept);
    if (schema.has("additionalProperties")) {
      acceptNull(schema.get("additionalProperties"));
      accept(schema.get("additionalProperties"));
    }
    if (schema.has("items")) {
      accept(schema.get("items"));
    }
  }

  /** The API server compares null with the values of an enum, and takes a default in its place. */
  private static void acceptNull(JsonNode schema) {
    if (schema instanceof ObjectNode object && !object.has("enum") && !object.has("default")) {
      object.put("nullable", true);
    }
  }
}
