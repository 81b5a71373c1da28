package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.Instant;

/** Something that came to the world from outside. */
public sealed interface Entry {
  /** The exact world time. */
  Instant at();

  /** An ECS operation, whether ECS accepted it or refused it. */
  record Operation(Instant at, Scope scope, String name, JsonNode request) implements Entry {}

  /** A change that only local-ecs knows. */
  record Change(Instant at, String name, JsonNode body) implements Entry {}

  /** The operation before it was refused, and changed nothing at all. */
  record Refusal(Instant at) implements Entry {}

  /** Time went on until here, and somebody saw it. */
  record Time(Instant at) implements Entry {}
}
