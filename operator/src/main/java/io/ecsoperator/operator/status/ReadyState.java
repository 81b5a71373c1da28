package io.ecsoperator.operator.status;

import java.time.Duration;

/** How an object stands. */
public sealed interface ReadyState {
  Reason reason();

  String message();

  /** The spec of this generation is in effect and running. */
  record Ready(Reason reason, String message) implements ReadyState {}

  /**
   * Work or waiting is going on.
   *
   * @param lookAgain when to look again if nothing wakes the object before
   */
  record Reconciling(Reason reason, String message, Duration requeueAfter) implements ReadyState {}

  /** Waiting cannot help; the message says what to do. */
  record Stalled(Reason reason, String message) implements ReadyState {}
}
