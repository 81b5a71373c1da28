package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.engine.ReconcileResult.PendingEvent;
import io.ecsoperator.operator.status.EventRecorder;
import java.util.ArrayList;
import java.util.List;

/** The Kubernetes Events of one reconcile, collected until its status is written. */
final class PendingEvents {
  private final List<PendingEvent> events = new ArrayList<>();

  void normal(String reason, String message) {
    events.add(new PendingEvent(EventRecorder.Type.NORMAL, reason, message));
  }

  void warning(String reason, String message) {
    events.add(new PendingEvent(EventRecorder.Type.WARNING, reason, message));
  }

  List<PendingEvent> all() {
    return List.copyOf(events);
  }
}
