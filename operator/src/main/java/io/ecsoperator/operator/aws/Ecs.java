package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The one door to ECS in one account and region: trees in, trees out. Safe for many threads. */
public interface Ecs {

  /**
   * Calls an operation that changes nothing: {@code Describe…}, {@code List…}, {@code Get…}.
   *
   * @throws AwsFailure when ECS refuses or cannot be reached
   * @throws IllegalArgumentException for an operation that writes, or that ECS does not have
   */
  Answer read(String operation, ObjectNode request, CallContext callContext);

  /**
   * Calls an operation that changes AWS, once: nothing is repeated behind the caller's back. An
   * answer that holds nothing but {@code failures}, as {@code RunTask} gives where no task can be
   * placed, is a refusal like any other.
   *
   * @throws AwsFailure when ECS refuses or cannot be reached; {@link AwsFailure#ambiguous()} says
   *     whether the effect may have happened
   * @throws IllegalArgumentException for an operation that only reads, or that ECS does not have
   */
  Answer write(String operation, ObjectNode request, CallContext callContext);

  /** The region that the calls go to. */
  String region();
}
