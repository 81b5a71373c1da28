package io.ecsoperator.operator.aws;

/** How the caller has to handle a failed call. */
public enum FailureClass {
  /** The resource does not exist. */
  NOT_FOUND,
  /** Too many calls. Repeat the call later; this is not an error. */
  THROTTLED,
  /** May succeed when repeated. Retry without limit, with backoff and jitter. */
  TRANSIENT,
  /** ECS has no capacity for the task. Retry without limit, with backoff. */
  NO_CAPACITY,
  /** Another resource has to change first; its event triggers the next attempt. */
  WAITING,
  /** Will fail again until the user changes the spec, IAM or AWS. */
  BLOCKED
}
