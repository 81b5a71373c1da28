package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;

/**
 * What the controllers of all kinds share on the Kubernetes side.
 *
 * @param waitingCalls the calls to ECS that are queued for quota
 * @param apiServer bounds the requests to the API server that are under way
 * @param changes measures the time from a change of a spec to its effect
 */
public record ControllerDependencies(
    StatusStore statuses,
    EventRecorder events,
    CachedObjects objects,
    ReconcileTrigger trigger,
    WaitingCalls waitingCalls,
    ApiServerLimiter apiServer,
    Leadership leadership,
    ReconcileMetrics metrics,
    ChangeLatencyMetrics changes) {}
