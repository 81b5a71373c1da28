package io.ecsoperator.operator.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** {@code ecs.operator.unmanaged.resources}: resources that ECS lists and no object asks for. */
record UnmanagedResourcesMetric(AwsResources resources, ListChecks names, VersionLists versions)
    implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry metrics) {
    for (AwsResource resource : resources.all()) {
      resource
          .list()
          .ifPresent(
              rule ->
                  bind(
                      metrics,
                      resource,
                      switch (rule) {
                        case ListRule.Names _ -> metric -> metric.names().unmanaged(resource);
                        case ListRule.Versions _ -> metric -> metric.versions().unmanaged(resource);
                      }));
    }
  }

  private void bind(
      MeterRegistry metrics,
      AwsResource resource,
      ToDoubleFunction<UnmanagedResourcesMetric> count) {
    Gauge.builder("ecs.operator.unmanaged.resources", this, count)
        .description("Resources that ECS lists and no object asks for")
        .tag("kind", resource.name())
        .strongReference(true)
        .register(metrics);
  }
}
