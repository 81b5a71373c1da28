package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.EventRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What one look at an object started from, and what there is to tell of it so far. */
final class Look<S extends EcsStatus> {
  private final Desired desired;
  private final S before;
  private final boolean firstReconcile;
  private final List<ReconcileResult.Note> notes = new ArrayList<>();

  Look(Desired desired, S before, boolean firstReconcile) {
    this.desired = desired;
    this.before = before;
    this.firstReconcile = firstReconcile;
  }

  Desired desired() {
    return desired;
  }

  /** The status as it was last written. */
  S before() {
    return before;
  }

  /** Whether nobody can have made anything in ECS for the object before this look. */
  boolean firstReconcile() {
    return firstReconcile;
  }

  List<Condition> conditions() {
    return Optional.ofNullable(before.common().conditions()).orElse(List.of());
  }

  Optional<Condition> condition(String type) {
    return Conditions.find(conditions(), type);
  }

  /** Whether a person asks for this look, and so for nothing that was read before. */
  boolean isRequested() {
    return desired
        .annotations()
        .reconcileRequestedAt()
        .filter(value -> !value.equals(before.common().lastHandledReconcileAt()))
        .isPresent();
  }

  /** Whether all was as this spec asks, when the status was last written. */
  boolean wasReady() {
    return condition(Conditions.READY)
        .filter(ready -> ready.status().equals("True"))
        .filter(ready -> Objects.equals(ready.observedGeneration(), desired.generation()))
        .isPresent();
  }

  /** How urgent it is to know how the object stands. */
  Priority priority() {
    if (desired.deletedAt().isPresent()) {
      return Priority.DELETE;
    }
    boolean changed = !Objects.equals(before.common().observedGeneration(), desired.generation());
    if (changed || isRequested()) {
      return Priority.CHANGE;
    }
    return Conditions.isTrue(before.common(), Conditions.RECONCILING)
        ? Priority.ROLLOUT
        : Priority.SWEEP;
  }

  void tell(String reason, String message) {
    notes.add(new ReconcileResult.Note(EventRecorder.Type.NORMAL, reason, message));
  }

  void warn(String reason, String message) {
    notes.add(new ReconcileResult.Note(EventRecorder.Type.WARNING, reason, message));
  }

  List<ReconcileResult.Note> notes() {
    return List.copyOf(notes);
  }
}
