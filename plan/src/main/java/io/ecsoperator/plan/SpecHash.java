package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/** A versioned hash of a register request: {@code v1-<hex>}, at most 256 characters. */
public final class SpecHash {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Independent of the order of members, the form of numbers, and tags. */
  public String of(ObjectNode registerRequest) {
    ObjectNode body = NODES.objectNode();
    body.setAll(registerRequest);
    body.remove("tags");
    return "v1-" + Sha256.hex(canonical(body).toString());
  }

  /** Members sorted and without nulls, numbers in one form. */
  static JsonNode canonical(JsonNode node) {
    if (node.isObject()) {
      ObjectNode sorted = NODES.objectNode();
      node.propertyStream()
          .filter(member -> !member.getValue().isNull())
          .sorted(Map.Entry.comparingByKey())
          .forEach(member -> sorted.set(member.getKey(), canonical(member.getValue())));
      return sorted;
    }
    if (node.isArray()) {
      return NODES.arrayNode().addAll(node.valueStream().map(SpecHash::canonical).toList());
    }
    if (node.isNumber()) {
      BigDecimal number = node.decimalValue().stripTrailingZeros();
      return DecimalNode.valueOf(number.scale() < 0 ? number.setScale(0) : number);
    }
    return node;
  }
}
