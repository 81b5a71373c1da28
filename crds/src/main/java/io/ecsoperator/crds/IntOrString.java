package io.ecsoperator.crds;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/**
 * The members of a spec that users may write as numbers although the ECS API takes text: cpu and
 * memory of a task, which are easily written without quotes.
 */
public final class IntOrString {
  private static final List<JsonPointer> MEMBERS =
      List.of(
          JsonPointer.compile("/cpu"),
          JsonPointer.compile("/memory"),
          JsonPointer.compile("/overrides/cpu"),
          JsonPointer.compile("/overrides/memory"));

  private IntOrString() {}

  /** Turns such numbers in {@code spec} into the text that the ECS API takes, in place. */
  public static void toText(ObjectNode spec) {
    for (JsonPointer member : MEMBERS) {
      JsonNode value = spec.at(member);
      if (value.isIntegralNumber()) {
        ObjectNode parent = (ObjectNode) spec.at(member.head());
        parent.set(member.last().getMatchingProperty(), TextNode.valueOf(value.asText()));
      }
    }
  }
}
