package io.ecsoperator.operator.aws;

/** What goes first where AWS allows only so many calls, in this order. */
public enum Priority {
  /** Somebody wants a resource gone. */
  DELETE,
  /** Somebody has changed a spec. */
  CHANGE,
  /** What is going on in ECS is followed. */
  ROLLOUT,
  /** What is settled is looked at again. */
  SWEEP,
  /** What nobody waits for, such as old revisions. */
  CLEANUP
}
