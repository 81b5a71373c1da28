package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A stable order of members, which does not depend on the SDK or on reflection: members that
 * identify an element come first, the others by name.
 */
final class SchemaOrder {
  private static final List<String> FIRST =
      List.of(
          "apiVersion",
          "kind",
          "metadata",
          "group",
          "names",
          "scope",
          "name",
          "rule",
          "description",
          "type");
  private static final List<String> LAST =
      List.of("x-kubernetes-validations", "items", "additionalProperties", "properties", "schema");

  private static final Comparator<String> BY_NAME = Comparator.naturalOrder();
  private static final Comparator<String> BY_RANK =
      Comparator.comparingInt(SchemaOrder::rank).thenComparing(BY_NAME);

  private SchemaOrder() {}

  static JsonNode sorted(JsonNode node) {
    return sorted(node, BY_RANK);
  }

  private static JsonNode sorted(JsonNode node, Comparator<String> order) {
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> array.add(sorted(item)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    node.propertyStream()
        .sorted(Map.Entry.comparingByKey(order))
        .forEach(
            entry -> {
              // Members of `properties` are names of the API, one of which is "properties" too.
              boolean names = order == BY_RANK && entry.getKey().equals("properties");
              object.set(entry.getKey(), sorted(entry.getValue(), names ? BY_NAME : BY_RANK));
            });
    return object;
  }

  private static int rank(String name) {
    if (FIRST.contains(name)) {
      return FIRST.indexOf(name) - FIRST.size();
    }
    return LAST.contains(name) ? 1 + LAST.indexOf(name) : 0;
  }
}
