package io.ecsoperator.operator.convergence;

/** What happens to one write. */
enum Mishap {
  NONE,
  /** ECS throttles it: no effect. */
  THROTTLED,
  /** It never reaches ECS, and the caller cannot know. */
  NOT_ARRIVED,
  /** It has its effect, and the answer does not arrive. */
  ANSWER_LOST,
  /** The operator dies before it. */
  CRASH_BEFORE,
  /** It has its effect, and the operator dies before it sees the answer. */
  CRASH_AFTER
}
