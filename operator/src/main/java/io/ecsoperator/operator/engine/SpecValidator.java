package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.FieldPath;
import java.util.List;
import java.util.Optional;

/** Finds errors in a spec that the API server cannot reject. */
final class SpecValidator {
  private SpecValidator() {}

  /** What is wrong; empty if nothing is. */
  static Optional<ReadyState> validate(Desired desired) {
    List<String> ignoreFields = desired.policies().ignoreFields();
    for (int i = 0; i < ignoreFields.size(); i++) {
      try {
        FieldPath.parse(ignoreFields.get(i));
      } catch (IllegalArgumentException e) {
        return Optional.of(
            new ReadyState.Stalled(
                Reason.INVALID_SPEC, "ignoreFields[" + i + "]: " + e.getMessage() + "."));
      }
    }
    return Optional.empty();
  }
}
