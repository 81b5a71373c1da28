package io.ecsoperator.e2e.operator;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import java.util.Optional;

/** Reads the conditions of an object. */
final class Conditions {
  private Conditions() {}

  /** A condition of the current generation; empty if there is none. */
  static Optional<Condition> condition(EcsResource<?> object, String type) {
    return object.getStatus() == null || object.getStatus().common().conditions() == null
        ? Optional.empty()
        : object.getStatus().common().conditions().stream()
            .filter(condition -> condition.type().equals(type))
            .filter(
                condition ->
                    condition.observedGeneration().equals(object.getMetadata().getGeneration()))
            .findFirst();
  }

  static boolean isTrue(EcsResource<?> object, String type) {
    return condition(object, type).filter(found -> found.status().equals("True")).isPresent();
  }
}
