package io.ecsoperator.operator.engine;

import io.ecsoperator.operator.cache.EcsReaders;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** What every reconciliation works with. */
public record ReconcilerDependencies(
    EcsReaders ecs,
    ReferenceCheck referenceCheck,
    PlanExecutor planExecutor,
    Timing timing,
    Clock clock,
    RandomGenerator random,
    ReconcileMetrics metrics) {}
