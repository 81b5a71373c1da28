package io.ecsoperator.localecs.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.Instant;

/** An input to the world from outside. */
public sealed interface Entry {
  /** The exact world time. */
  Instant at();

  /** An ECS operation, whether ECS accepted it or refused it. */
  record Operation(Instant at, Scope scope, String name, JsonNode request) implements Entry {}

  /** A change that is not an ECS operation. */
  record Change(Instant at, String name, JsonNode body) implements Entry {}

  /** Marks the operation before it as refused without any effect. */
  record Refusal(Instant at) implements Entry {}

  /** The time that the world had reached when a caller saw it. */
  record Time(Instant at) implements Entry {}
}
