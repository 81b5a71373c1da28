package io.ecsoperator.operator.status;

import io.ecsoperator.crds.Condition;
import java.util.List;

/** kstatus's rules for a custom resource, as Helm, Flux and Argo CD apply them, in their order. */
enum Kstatus {
  TERMINATING,
  IN_PROGRESS,
  FAILED,
  CURRENT;

  static Kstatus of(
      boolean deleting, long generation, Long observedGeneration, List<Condition> conditions) {
    if (deleting) {
      return TERMINATING;
    }
    if (observedGeneration != null && observedGeneration != generation) {
      return IN_PROGRESS;
    }
    if (is("Reconciling", "True", conditions)) {
      return IN_PROGRESS;
    }
    if (is("Stalled", "True", conditions)) {
      return FAILED;
    }
    if (is("Ready", "True", conditions)) {
      return CURRENT;
    }
    return is("Ready", "False", conditions) || is("Ready", "Unknown", conditions)
        ? IN_PROGRESS
        : CURRENT;
  }

  private static boolean is(String type, String status, List<Condition> conditions) {
    return conditions.stream()
        .anyMatch(condition -> condition.type().equals(type) && condition.status().equals(status));
  }
}
