package io.ecsoperator.localecs.external;

/** The answer of a lifecycle hook's Lambda function, ECS's {@code hookStatus}. */
public enum HookAnswer {
  SUCCEEDED,
  FAILED,
  /** ECS calls the function again after 30 s. */
  IN_PROGRESS
}
