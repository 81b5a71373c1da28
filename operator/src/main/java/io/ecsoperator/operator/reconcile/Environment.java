package io.ecsoperator.operator.reconcile;

import io.ecsoperator.operator.act.Actuator;
import io.ecsoperator.operator.replica.EcsReaders;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** What every reconciliation works with. */
public record Environment(
    EcsReaders ecs,
    Actuator actuator,
    Timing timing,
    Clock clock,
    RandomGenerator random,
    ReconcileMetrics metrics) {}
