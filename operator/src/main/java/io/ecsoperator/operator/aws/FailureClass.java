package io.ecsoperator.operator.aws;

/** What a failed call asks of the caller. */
public enum FailureClass {
  /** What the call names does not exist. */
  NOT_FOUND,
  /** Too many calls: the same call again, later. Nothing has failed. */
  THROTTLED,
  /** May work when repeated: backoff with jitter, without end. */
  TRANSIENT,
  /** ECS has no room for the task: backoff, without end. */
  NO_CAPACITY,
  /** Something else has to happen first; its event wakes the caller. */
  WAITING,
  /** Waiting cannot help: somebody has to change something. */
  BLOCKED
}
