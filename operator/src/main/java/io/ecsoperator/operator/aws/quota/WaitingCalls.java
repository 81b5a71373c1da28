package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;

/** Ends calls that wait for quota and are no longer needed. */
public interface WaitingCalls {

  /**
   * Ends the waiting calls of an object that has changed, because they are out of date. They fail
   * at once and keep their places in the queue.
   */
  void interrupt(ObjectKey object);

  /** Ends the waiting calls of an object that is deleted, and gives up their places. */
  void drop(ObjectKey object);
}
