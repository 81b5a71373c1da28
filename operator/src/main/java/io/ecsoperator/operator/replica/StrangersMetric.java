package io.ecsoperator.operator.replica;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** {@code replica.strangers}: resources that ECS lists and no object asks for. */
record StrangersMetric(RollCalls rollCalls, RevisionRollCall revisions) implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry metrics) {
    bind(metrics, Kind.CLUSTER, all -> all.rollCalls().strangeClusters());
    bind(metrics, Kind.SERVICE, all -> all.rollCalls().strangeServices());
    bind(metrics, Kind.TASK_DEFINITION, all -> all.revisions().strangers());
  }

  private void bind(MeterRegistry metrics, Kind kind, ToDoubleFunction<StrangersMetric> count) {
    Gauge.builder("replica.strangers", this, count)
        .description("Resources that ECS lists and no object asks for")
        .tag("kind", kind.label())
        .strongReference(true)
        .register(metrics);
  }
}
