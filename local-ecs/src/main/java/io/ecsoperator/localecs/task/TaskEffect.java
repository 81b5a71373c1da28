package io.ecsoperator.localecs.task;

import java.time.Duration;

/** An effect that the engine requests; its result arrives as a {@link TaskMessage}. */
sealed interface TaskEffect {
  record Begin(TaskStep step) implements TaskEffect {}

  record StartContainer(String container) implements TaskEffect {}

  /** Limits how long other containers wait for a container that was just requested to start. */
  record LimitStart(String container, Duration timeout) implements TaskEffect {}

  /** Sends the stop signal, and the kill signal after the stop time-out. */
  record StopContainer(String container) implements TaskEffect {}
}
