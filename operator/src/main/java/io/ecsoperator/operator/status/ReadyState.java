package io.ecsoperator.operator.status;

import java.time.Duration;

/** What the condition Ready, or the one in its place, is made of. */
public sealed interface ReadyState {
  Reason reason();

  String message();

  /** The same state with another message. */
  default ReadyState withMessage(String other) {
    return switch (this) {
      case Ready ready -> new Ready(ready.reason(), other);
      case Reconciling reconciling ->
          new Reconciling(reconciling.reason(), other, reconciling.requeueAfter());
      case Stalled stalled -> new Stalled(stalled.reason(), other);
    };
  }

  /** The spec of this generation is in effect and running. */
  record Ready(Reason reason, String message) implements ReadyState {}

  /**
   * The operator works on the object, or waits for something that ends by itself.
   *
   * @param requeueAfter when to reconcile again if nothing triggers the object before
   */
  record Reconciling(Reason reason, String message, Duration requeueAfter) implements ReadyState {}

  /** A user has to act; the message says how. */
  record Stalled(Reason reason, String message) implements ReadyState {}
}
