package io.ecsoperator.operator.status;

import io.ecsoperator.operator.aws.AwsFailure;
import java.util.Optional;

/**
 * All that the conditions of an object are made of.
 *
 * @param available whether it serves; empty for a kind that does not serve
 * @param failure of the last call to AWS; empty when it worked
 * @param drifted whether ECS differs from the spec while policy or a pause forbids to change it
 */
public record Assessment(
    Mode mode,
    boolean paused,
    ReadyState readyState,
    Optional<Boolean> available,
    Optional<AwsFailure> failure,
    boolean drifted) {

  /** What the operator does for the object, and so what its main condition is called. */
  public enum Mode {
    MANAGED("Ready"),
    PLANNED("Planned"),
    OBSERVED("Observed");

    private final String condition;

    Mode(String condition) {
      this.condition = condition;
    }

    public String condition() {
      return condition;
    }
  }
}
