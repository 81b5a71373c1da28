package io.ecsoperator.localecs.external;

/** What the Lambda function of a lifecycle hook answers; ECS's {@code hookStatus}. */
public enum HookAnswer {
  SUCCEEDED,
  FAILED,
  /** It is asked again after 30 s. */
  IN_PROGRESS
}
