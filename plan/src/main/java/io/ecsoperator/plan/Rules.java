package io.ecsoperator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.plan.Equivalences.Equivalence.AsApplied;
import io.ecsoperator.plan.Equivalences.Equivalence.Members;
import io.ecsoperator.plan.Equivalences.Equivalence.Rule;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Rules that fields of several kinds share. A rule for one kind is in the kind's folder. */
public final class Rules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Rules() {}

  /** Leaving the member out means {@code value}. */
  public static Rule defaultsTo(String value) {
    return defaultsTo(TextNode.valueOf(value));
  }

  /** Leaving the member out means {@code value}. */
  public static Rule defaultsTo(int value) {
    return defaultsTo(IntNode.valueOf(value));
  }

  private static Rule defaultsTo(JsonNode value) {
    return field ->
        Values.equal(Values.or(field.desired(), value), Values.or(field.observed(), value));
  }

  /** A boolean that ECS turns on if it is left out; it leaves all others off. */
  public static Rule defaultsToTrue() {
    return field -> field.desired().asBoolean(true) == field.observed().asBoolean(true);
  }

  /** Leaving the member out means the value of the other one. */
  public static Rule defaultsToSibling(String other) {
    return field ->
        Values.same(
            Values.or(field.desired(), field.sibling(other).desired()),
            Values.or(field.observed(), field.sibling(other).observed()));
  }

  /** Texts are equal once each has been brought to one form. */
  public static Rule textAs(UnaryOperator<String> form) {
    return field -> formed(field.desired(), form).equals(formed(field.observed(), form));
  }

  private static String formed(JsonNode value, UnaryOperator<String> form) {
    return form.apply(value.asText(""));
  }

  public static Rule ignoringCase() {
    return textAs(text -> text.toLowerCase(Locale.ROOT));
  }

  /**
   * A resource by name on one side and by ARN on the other; the last part of an ARN is the name.
   */
  public static Rule nameOrArn() {
    return field -> {
      String desired = field.desired().asText("");
      String observed = field.observed().asText("");
      return isArn(desired) == isArn(observed)
          ? desired.equals(observed)
          : afterLast('/', desired).equals(afterLast('/', observed));
    };
  }

  /**
   * A Cloud Map namespace by name or by ARN. The ARN carries the id, not the name, so that ECS says
   * nothing of a namespace that was asked for in the other form.
   */
  public static AsApplied namespace() {
    return new AsApplied(
        field -> {
          String desired = field.desired().asText("");
          String observed = field.observed().asText("");
          return !desired.isEmpty() && !observed.isEmpty() && isArn(desired) != isArn(observed);
        },
        (Rule) field -> field.desired().asText("").equals(field.observed().asText("")));
  }

  /** A member of the request that no answer has. */
  public static AsApplied neverShown() {
    return new AsApplied(_ -> true, new Members());
  }

  /** A JSON document, as such or as its text. */
  public static Rule json() {
    return field -> Values.same(parsed(field.desired()), parsed(field.observed()));
  }

  private static JsonNode parsed(JsonNode document) {
    if (!document.isTextual()) {
      return document;
    }
    try {
      return JSON.readTree(document.textValue());
    } catch (JsonProcessingException notJson) {
      return document;
    }
  }

  private static boolean isArn(String text) {
    return text.startsWith("arn:");
  }

  private static String afterLast(char separator, String text) {
    return text.substring(text.lastIndexOf(separator) + 1);
  }
}
