package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Collectors;

/**
 * Lets members of ECS's API have values that the SDK does not know yet, because AWS adds some every
 * year and ECS refuses what it does not know. The API server refuses only another case of a known
 * value, such as {@code fargate}.
 */
final class OpenEnums {
  private OpenEnums() {}

  /** Opens the enums of a schema that has ECS members only. */
  static void open(JsonNode schema) {
    schema.forEach(OpenEnums::open);
    if (schema instanceof ObjectNode member && member.get("enum") instanceof ArrayNode known) {
      member.remove("enum");
      // kubectl explain does not show alternatives.
      if (member.has("description")) {
        member.put(
            "description",
            member.get("description").textValue() + " Known values: " + list(known) + ".");
      }
      ArrayNode alternatives = member.putArray("anyOf");
      alternatives.addObject().set("enum", known);
      alternatives.addObject().putObject("not").put("pattern", inAnyCase(known));
      // Null has no length; the API server accepts none of the others for it.
      alternatives.addObject().put("maxLength", 0);
    }
  }

  private static String list(ArrayNode known) {
    return known.valueStream().map(JsonNode::textValue).collect(Collectors.joining(", "));
  }

  /** A name that is no pattern: AWS's values have letters, digits, and {@code - _ . /} only. */
  private static String inAnyCase(ArrayNode known) {
    return known
        .valueStream()
        .map(value -> value.textValue().replace(".", "[.]"))
        .collect(Collectors.joining("|", "(?i)^(", ")$"));
  }
}
