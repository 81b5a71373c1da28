package io.ecsoperator.operator.leader;

import java.util.List;

/** Decides whether this replica acts, from {@link #start} on until {@link #resign}. */
public interface Election extends Leadership, AutoCloseable {

  /** Takes part from now on; returns without waiting for the outcome. */
  void start(List<LeadershipListener> listeners);

  /**
   * Stops acting for good: {@link #held} is false when this returns. Nobody else acts before {@link
   * #close}, so that what is under way can come to its end in between.
   */
  void resign();

  /** Lets another replica act at once, and waits until that is told. */
  @Override
  void close();
}
