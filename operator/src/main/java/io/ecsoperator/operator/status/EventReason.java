package io.ecsoperator.operator.status;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an Event reports beside the state of a condition: a stable word, documented in
 * docs/conditions.md.
 */
public enum EventReason {
  /** A call created the resource. */
  CREATED,
  /** A call registered a revision. */
  REGISTERED,
  /** A call changed the resource, or its tags. */
  UPDATED,
  /** A call started a task. */
  STARTED,
  /** A call stopped the task. */
  STOPPED,
  /** A call deregistered a revision. */
  DEREGISTERED,
  /** A call asked for a deletion that ECS may still refuse. */
  DELETING,
  /** A call deleted the resource. */
  DELETED,
  /** A call undid a change of ECS by others. */
  DRIFT_CORRECTED,
  /** A new object continues with what one of its name has left. */
  INHERITED,
  /** ECS refuses the owner tag. */
  NOT_TAGGED,
  /** The resource is kept, and its owner tag as well. */
  RETAINED,
  /** A path in {@code ignoreFields} names no field. */
  NO_SUCH_FIELD,
  /** The operator cannot read the object. */
  UNREADABLE;

  /** The reason as Events have it, for example {@code DriftCorrected}. */
  @Override
  public String toString() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
