package io.ecsoperator.localecs.task;

import java.time.Duration;

/** What the engine wants done for a task; what comes of it arrives as a {@link TaskMessage}. */
sealed interface TaskEffect {
  record Begin(TaskStep step) implements TaskEffect {}

  record StartContainer(String container) implements TaskEffect {}

  /** Others wait for a container that was just told to start, but not for ever. */
  record LimitStart(String container, Duration timeout) implements TaskEffect {}

  /** The stop signal, and the kill signal after the stop time-out. */
  record StopContainer(String container) implements TaskEffect {}
}
