package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;

/**
 * Where controllers report what they did.
 *
 * @param changes measures the time from a change of a spec to its effect
 */
public record Reports(
    StatusStore statuses,
    EventRecorder events,
    ReconcileMetrics metrics,
    ChangeLatencyMetrics changes) {}
