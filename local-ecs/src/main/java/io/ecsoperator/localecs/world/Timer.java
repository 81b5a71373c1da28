package io.ecsoperator.localecs.world;

import java.time.Instant;

/** Something the world will do at a time to come. */
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

  /** Makes it not happen; no effect when it already has. */
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
