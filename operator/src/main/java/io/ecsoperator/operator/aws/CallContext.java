package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.ObjectKey;
import java.util.Optional;

/**
 * The purpose of a call, by which calls that wait for quota are ordered.
 *
 * @param object the object that the call is made for; empty for a read that several objects share
 */
public record CallContext(Priority priority, Optional<ObjectKey> object) {

  public static CallContext of(Priority priority, ObjectKey object) {
    return new CallContext(priority, Optional.of(object));
  }

  /** A call that is made for no particular object. */
  public static CallContext of(Priority priority) {
    return new CallContext(priority, Optional.empty());
  }

  public CallContext with(Priority other) {
    return new CallContext(other, object);
  }

  /** Returns the context of higher priority; the first one if both are equal. */
  public static CallContext mostUrgent(CallContext one, CallContext other) {
    return other.priority.compareTo(one.priority) < 0 ? other : one;
  }
}
