package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.engine.ReconcileResult.PendingEvent;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.EventRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reconcile reports to Kubernetes.
 *
 * @param deferrable whether the status may be held back for a while, since another one is likely to
 *     replace it soon and nothing waits for it
 * @param requeueAfter when to reconcile again if nothing triggers the object before
 */
public record ReconcileResult<S extends EcsStatus>(
    S status,
    boolean deferrable,
    Disposition disposition,
    Duration requeueAfter,
    List<PendingEvent> events) {

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);

  /** What happens to the object in Kubernetes. */
  public enum Disposition {
    KEEP,
    /** The controller removes the finalizer. */
    RELEASE,
    /** The controller deletes the object. */
    DELETE
  }

  /** A Kubernetes Event to emit. */
  public record PendingEvent(EventRecorder.Type type, String reason, String message) {}

  /** JOSDK fails on a negative pause, and then the object is not reconciled again. */
  public ReconcileResult {
    requeueAfter = requeueAfter.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : requeueAfter;
    events = List.copyOf(events);
  }

  /** The Kubernetes Events of one reconcile, collected until its status is written. */
  static final class PendingEvents {
    private final List<PendingEvent> events = new ArrayList<>();
    private boolean endsWithCall;

    /** A call worked. */
    void called(EventReason reason, String message) {
      normal(reason, message);
      endsWithCall = true;
    }

    /** The object is Ready now. Where a call of this reconcile led to that, its Event says so. */
    void ready(String reason, String message) {
      if (endsWithCall) {
        PendingEvent call = events.removeLast();
        normal(call.reason(), call.message() + " " + message);
      } else {
        normal(reason, message);
      }
    }

    void normal(EventReason reason, String message) {
      normal(reason.toString(), message);
    }

    void warning(EventReason reason, String message) {
      warning(reason.toString(), message);
    }

    void normal(String reason, String message) {
      add(EventRecorder.Type.NORMAL, reason, message);
    }

    void warning(String reason, String message) {
      add(EventRecorder.Type.WARNING, reason, message);
    }

    private void add(EventRecorder.Type type, String reason, String message) {
      endsWithCall = false;
      events.add(new PendingEvent(type, reason, Redaction.ofForms(message)));
    }

    List<PendingEvent> all() {
      return List.copyOf(events);
    }
  }
}
