package io.ecsoperator.operator.leader;

/**
 * Thrown by a write when this replica does not lead, or no longer. This is not an error: the leader
 * does the work, so this replica does not retry.
 */
public final class NotLeaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotLeaderException() {
    super("This replica of the operator is not the leader.", null, false, false);
  }
}
