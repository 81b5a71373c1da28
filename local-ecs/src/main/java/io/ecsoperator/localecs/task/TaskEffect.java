package io.ecsoperator.localecs.task;

/** What the engine wants done for a task; what comes of it arrives as a {@link TaskMessage}. */
sealed interface TaskEffect {
  record Begin(TaskStep step) implements TaskEffect {}

  record StartContainer(String container) implements TaskEffect {}

  /** The stop signal, and the kill signal after the stop time-out. */
  record StopContainer(String container) implements TaskEffect {}
}
