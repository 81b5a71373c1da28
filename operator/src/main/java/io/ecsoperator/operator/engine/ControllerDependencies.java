package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.leader.Leadership;

/**
 * What the controllers of all kinds share on the Kubernetes side.
 *
 * @param waitingCalls the calls to ECS that are queued for quota
 * @param apiServer bounds the requests to the API server that are under way
 */
public record ControllerDependencies(
    Reports reports,
    CachedObjects objects,
    ReconcileTrigger trigger,
    WaitingCalls waitingCalls,
    ApiServerLimiter apiServer,
    Leadership leadership) {}
