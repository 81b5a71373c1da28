package io.ecsoperator.operator.simulation;

/** What happens to one call to ECS. */
enum EcsFault {
  NONE,
  THROTTLED,
  UNAVAILABLE,
  REQUEST_LOST,
  ANSWER_LOST;

  boolean isCarriedOut() {
    return this == NONE || this == ANSWER_LOST;
  }
}
