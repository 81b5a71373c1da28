package io.ecsoperator.localecs.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;

/**
 * Removes from a request the members that ECS ignores: those that its model does not have, and
 * those that are null. Values of a wrong type stay, so that the codec refuses them.
 */
final class KnownMembers {
  private KnownMembers() {}

  static JsonNode only(Collection<SdkField<?>> model, JsonNode tree) {
    if (!(tree instanceof ObjectNode object)) {
      return tree;
    }
    Map<String, SdkField<?>> fields = new HashMap<>();
    model.forEach(field -> fields.put(field.locationName(), field));
    ObjectNode known = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(
            member -> {
              SdkField<?> field = fields.get(member.getKey());
              if (field != null && !member.getValue().isNull()) {
                known.set(member.getKey(), value(field, member.getValue()));
              }
            });
    return known;
  }

  private static JsonNode value(SdkField<?> field, JsonNode value) {
    MarshallingKnownType type = field.marshallingType().getKnownType();
    if (type == MarshallingKnownType.SDK_POJO) {
      return only(field.constructor().get().sdkFields(), value);
    }
    if (type == MarshallingKnownType.LIST && value instanceof ArrayNode list) {
      SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
      ArrayNode known = JsonNodeFactory.instance.arrayNode(list.size());
      list.forEach(item -> known.add(value(element, item)));
      return known;
    }
    return value;
  }
}
