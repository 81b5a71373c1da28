package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.plan.AppliedPaths;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Fields that have left the spec and that ECS does not show. If the answer of the call that set one
 * is lost, ECS may show it later, as its reads are behind its writes. So these fields stay among
 * the applied paths, and are reset if they appear, until a read that began a grace period later
 * does not show them. A reset that succeeded has taken its fields away from the applied paths
 * already.
 */
final class LeavingFields {
  private final ObjectMemory.OfKind memories;
  private final Duration grace;

  /**
   * @param grace how far a read may be behind a write
   */
  LeavingFields(ObjectMemory.OfKind memories, Duration grace) {
    this.memories = memories;
    this.grace = grace;
  }

  /** The status of a decision after which nothing is called, with the fields that are leaving. */
  <S extends EcsStatus> S keep(ReconcileContext<S> context, S status) {
    ObjectMemory memory = memories.of(context.desired().uid());
    if (memory.goneFrom().filter(from -> !context.now().isBefore(from)).isPresent()) {
      memory.goneFrom(Optional.empty());
      return status;
    }
    List<String> applied = Comparison.applied(status.common());
    List<String> kept =
        AppliedPaths.withLeaving(
            Comparison.applied(context.status().common()),
            applied,
            context.desired().policies().ignoreFields());
    if (kept.equals(applied)) {
      return status;
    }
    if (memory.goneFrom().isEmpty()) {
      memory.goneFrom(Optional.of(context.now().plus(grace)));
    }
    return Kind.withCommon(status, status.common().withAppliedPaths(kept));
  }

  /** When a read proves that the fields of the object are gone; empty if none is leaving. */
  Optional<Instant> goneFrom(ReconcileContext<?> context) {
    return memories.of(context.desired().uid()).goneFrom();
  }
}
