package io.ecsoperator.operator.placement;

/** A task definition, constraint or strategy that cannot be read; the message says why. */
public final class InvalidRequest extends RuntimeException {
  InvalidRequest(String message) {
    super(message);
  }
}
