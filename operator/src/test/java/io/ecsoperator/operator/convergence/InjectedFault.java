package io.ecsoperator.operator.convergence;

/** A fault that is injected into one write. */
enum InjectedFault {
  NONE,
  /** ECS throttles it: no effect. */
  THROTTLED,
  /** The call does not reach ECS, and the caller cannot know that. */
  NOT_ARRIVED,
  /** It has its effect, and the answer does not arrive. */
  ANSWER_LOST,
  /** The operator dies before it. */
  CRASH_BEFORE,
  /** It has its effect, and the operator dies before it sees the answer. */
  CRASH_AFTER
}
