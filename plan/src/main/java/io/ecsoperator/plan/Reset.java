package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.JsonNode;

/** What becomes of a field that this operator once set and the spec no longer has. */
sealed interface Reset {

  /** ECS is sent a value that stands for "not set". */
  record To(JsonNode value) implements Reset {}

  /** The block that it stands in is sent without it. */
  record Omit() implements Reset {}

  /** ECS has no way back: it keeps what it has, and is not ours any more. */
  record Release() implements Reset {}
}
