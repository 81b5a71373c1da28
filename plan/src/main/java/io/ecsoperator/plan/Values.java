package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ecsoperator.plan.FieldPath.Member;
import io.ecsoperator.plan.FieldPath.Step;
import java.util.List;
import java.util.stream.Stream;

/** When two JSON values are equivalent, before any rule of a particular field. */
public final class Values {
  public static final JsonNode MISSING = MissingNode.getInstance();

  private Values() {}

  /** {@code value}, or {@code otherwise} if it is unset. */
  public static JsonNode or(JsonNode value, JsonNode otherwise) {
    return isUnset(value) ? otherwise : value;
  }

  /** A member of an object; explicit null counts as missing. */
  static JsonNode at(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isNull() ? MISSING : value;
  }

  /** The value inside an object, along members only. */
  static JsonNode at(JsonNode object, List<Step> inside) {
    JsonNode at = object;
    for (Step step : inside) {
      at = step instanceof Member(String name) ? at(at, name) : MISSING;
    }
    return at;
  }

  /** The items that count: ECS drops objects without a member, but not empty texts. */
  static Stream<JsonNode> items(JsonNode list) {
    return list.valueStream().filter(item -> !item.isNull() && !isEmptyObject(item));
  }

  private static boolean isEmptyObject(JsonNode item) {
    return item.isObject() && item.valueStream().allMatch(JsonNode::isNull);
  }

  /** Whether ECS treats the value like a member that is left out. */
  public static boolean isUnset(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isBoolean() && !value.booleanValue());
  }

  /** Equal as the value of a member that may be left out. */
  public static boolean same(JsonNode a, JsonNode b) {
    return (isUnset(a) && isUnset(b)) || equal(a, b);
  }

  /** Equal JSON; the order of members and the form of numbers (1, 1.0) do not count. */
  public static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isArray() && b.isArray()) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a.isObject() && b.isObject()) {
      return a.size() == b.size()
          && a.propertyStream()
              .allMatch(
                  member ->
                      b.has(member.getKey()) && equal(member.getValue(), b.get(member.getKey())));
    }
    return a.equals(b);
  }
}
