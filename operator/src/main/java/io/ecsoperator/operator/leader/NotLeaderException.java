package io.ecsoperator.operator.leader;

/**
 * This replica of the operator does not lead, or no longer: what was about to be done is another's
 * to do. Nothing went wrong, and there is nothing to repeat.
 */
public final class NotLeaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotLeaderException() {
    super("This replica of the operator is not the leader.", null, false, false);
  }
}
