package io.ecsoperator.operator.aws;

/** The order in which calls get quota, the most urgent first. */
public enum Priority {
  /** The user deleted the object. */
  DELETE,
  /** The user changed the spec. */
  CHANGE,
  /** Follows a change in ECS, such as a rollout. */
  ROLLOUT,
  /** Reads converged resources again, to detect drift. */
  SWEEP,
  /** Removes resources that are no longer needed, such as old revisions. */
  CLEANUP
}
