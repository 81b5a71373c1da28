package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** What becomes of a field that this operator once set and the spec no longer has. */
public sealed interface Reset {

  /** ECS is sent a value that stands for "not set". */
  record To(JsonNode value) implements Reset {}

  /** ECS is sent the enclosing block without the field. */
  record Omit() implements Reset {}

  /** ECS has no way back: it keeps the value, and the operator no longer manages the field. */
  record Release() implements Reset {}

  static Reset to(String value) {
    return new To(TextNode.valueOf(value));
  }

  static Reset to(int value) {
    return new To(IntNode.valueOf(value));
  }

  static Reset release() {
    return new Release();
  }
}
