package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.ObjectKey;
import java.util.Optional;

/**
 * Why a call is made.
 *
 * @param object for whom; empty for what is read for everybody
 */
public record Purpose(Priority priority, Optional<ObjectKey> object) {

  public static Purpose of(Priority priority, ObjectKey object) {
    return new Purpose(priority, Optional.of(object));
  }

  /** For nobody in particular. */
  public static Purpose of(Priority priority) {
    return new Purpose(priority, Optional.empty());
  }

  public Purpose with(Priority other) {
    return new Purpose(other, object);
  }

  /** The one of both that goes first; of two that are equal, the first. */
  public static Purpose first(Purpose one, Purpose other) {
    return other.priority.compareTo(one.priority) < 0 ? other : one;
  }
}
