package io.ecsoperator.operator.leader;

import java.util.List;

/** Decides whether this replica leads, from {@link #start} until {@link #resign}. */
public interface Election extends Leadership, AutoCloseable {

  /** Takes part in the election from now on; returns without waiting for the result. */
  void start(List<LeadershipListener> listeners);

  /** Whether it no longer takes part, although it should: only a new process helps. */
  boolean isStuck();

  /**
   * Stops leading for good: {@link #held} is false when this returns. No other replica leads before
   * {@link #close}, so that running calls can finish in between.
   */
  void resign();

  /** Releases leadership, so that another replica can lead at once; waits until that is written. */
  @Override
  void close();
}
