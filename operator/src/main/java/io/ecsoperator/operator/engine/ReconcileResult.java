package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.EventRecorder;
import java.time.Duration;
import java.util.List;

/**
 * What is to be told to Kubernetes.
 *
 * @param passing whether nobody misses the status should another one soon take its place
 * @param lookAgain when to look again if nothing wakes the object before
 */
public record ReconcileResult<S extends EcsStatus>(
    S status, boolean passing, Disposition fate, Duration requeueAfter, List<Note> notes) {

  /** What becomes of the object. */
  public enum Disposition {
    /** It stays. */
    KEEP,
    /** Its finalizer is taken off. */
    RELEASE,
    /** It is deleted. */
    DELETE
  }

  /** A Kubernetes Event. */
  public record Note(EventRecorder.Type type, String reason, String message) {}

  public ReconcileResult {
    notes = List.copyOf(notes);
  }
}
