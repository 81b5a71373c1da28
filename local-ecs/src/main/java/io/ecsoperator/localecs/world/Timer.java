package io.ecsoperator.localecs.world;

import java.time.Instant;

/** A scheduled action of the world. */
public final class Timer {
  private final Instant due;
  private final long sequence;
  private final Runnable action;
  private boolean cancelled;

  Timer(Instant due, long sequence, Runnable action) {
    this.due = due;
    this.sequence = sequence;
    this.action = action;
  }

  /** Cancels the action; no effect after it has run. */
  public void cancel() {
    cancelled = true;
  }

  Instant due() {
    return due;
  }

  long sequence() {
    return sequence;
  }

  boolean isCancelled() {
    return cancelled;
  }

  void fire() {
    action.run();
  }
}
