package io.ecsoperator.operator.leader;

/** Whether this process may write now, to AWS and to Kubernetes. */
@FunctionalInterface
public interface Leadership {
  boolean held();

  /**
   * To be called right before a write.
   *
   * @throws NotLeaderException when it must not be made
   */
  default void require() {
    if (!held()) {
      throw new NotLeaderException();
    }
  }
}
