package io.ecsoperator.operator.leader;

/** Whether this process leads, and so may call AWS and write to Kubernetes. */
@FunctionalInterface
public interface Leadership {
  boolean held();

  /**
   * Checks leadership; to be called right before a write.
   *
   * @throws NotLeaderException if this process does not lead
   */
  default void require() {
    if (!held()) {
      throw new NotLeaderException();
    }
  }
}
