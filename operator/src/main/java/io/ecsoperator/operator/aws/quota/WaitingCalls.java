package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;

/** What waits for its turn, and need not any longer. */
public interface WaitingCalls {

  /**
   * An object has changed: what is about to be done for it is out of date. Its calls that wait fail
   * at once, and keep their places.
   */
  void interrupt(ObjectKey object);

  /** An object is to go, or has gone: its calls that wait fail at once. */
  void drop(ObjectKey object);
}
