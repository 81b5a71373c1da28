package io.ecsoperator.operator.desired;

/** What a reference to another object, or the literal that stands for it, comes to. */
public sealed interface Reference {

  /**
   * @param value what the ECS API takes: an ARN, or the literal of the spec
   */
  record Resolved(String value) implements Reference {}

  /** The object is not there, or ECS does not have its resource yet. */
  record Waiting(String message) implements Reference {}
}
