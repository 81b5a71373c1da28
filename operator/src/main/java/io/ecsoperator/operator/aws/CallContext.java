package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.ObjectKey;
import java.util.Optional;

/**
 * Why a call is made.
 *
 * @param object for whom; empty for what is read for everybody
 */
public record CallContext(Priority priority, Optional<ObjectKey> object) {

  public static CallContext of(Priority priority, ObjectKey object) {
    return new CallContext(priority, Optional.of(object));
  }

  /** For nobody in particular. */
  public static CallContext of(Priority priority) {
    return new CallContext(priority, Optional.empty());
  }

  public CallContext with(Priority other) {
    return new CallContext(other, object);
  }

  /** The one of both that goes first; of two that are equal, the first. */
  public static CallContext first(CallContext one, CallContext other) {
    return other.priority.compareTo(one.priority) < 0 ? other : one;
  }
}
