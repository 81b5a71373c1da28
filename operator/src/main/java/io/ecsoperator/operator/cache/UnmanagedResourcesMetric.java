package io.ecsoperator.operator.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** {@code replica.strangers}: resources that ECS lists and no object asks for. */
record UnmanagedResourcesMetric(ListChecks listChecks, RevisionListCheck revisions)
    implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry metrics) {
    bind(metrics, Kind.CLUSTER, all -> all.listChecks().strangeClusters());
    bind(metrics, Kind.SERVICE, all -> all.listChecks().strangeServices());
    bind(metrics, Kind.TASK_DEFINITION, all -> all.revisions().unmanaged());
  }

  private void bind(
      MeterRegistry metrics, Kind kind, ToDoubleFunction<UnmanagedResourcesMetric> count) {
    Gauge.builder("ecs.operator.unmanaged.resources", this, count)
        .description("Resources that ECS lists and no object asks for")
        .tag("kind", kind.label())
        .strongReference(true)
        .register(metrics);
  }
}
