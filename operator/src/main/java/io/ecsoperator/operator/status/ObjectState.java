package io.ecsoperator.operator.status;

import io.ecsoperator.operator.aws.AwsFailure;
import java.util.Optional;

/**
 * What the conditions of an object are made of.
 *
 * @param available whether at least one task runs; empty for a kind that serves nothing
 * @param failure of the last call to AWS; empty when it worked
 * @param drifted whether ECS differs from the spec while policy or a pause forbids a change
 */
public record ObjectState(
    MainCondition mainCondition,
    boolean paused,
    ReadyState readyState,
    Optional<Boolean> available,
    Optional<AwsFailure> failure,
    boolean drifted) {

  /** An object whose last call to AWS worked and that has not drifted. */
  public static ObjectState of(MainCondition mainCondition, boolean paused, ReadyState readyState) {
    return new ObjectState(
        mainCondition, paused, readyState, Optional.empty(), Optional.empty(), false);
  }

  public ObjectState withAvailable(Optional<Boolean> available) {
    return new ObjectState(mainCondition, paused, readyState, available, failure, drifted);
  }

  public ObjectState withFailure(AwsFailure failure) {
    return new ObjectState(
        mainCondition, paused, readyState, available, Optional.of(failure), drifted);
  }

  public ObjectState withDrift() {
    return new ObjectState(mainCondition, paused, readyState, available, failure, true);
  }
}
