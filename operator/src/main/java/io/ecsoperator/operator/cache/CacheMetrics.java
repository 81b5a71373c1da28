package io.ecsoperator.operator.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * {@code ecs.operator.cache.resources}: how many resources of a type are stored. {@code
 * ecs.operator.cache.age.max}: the age in seconds of the oldest observation of that type.
 */
record CacheMetrics(AwsResources resources, ObservationStore store, Clock clock)
    implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry metrics) {
    for (AwsResource resource : resources.all()) {
      Gauge.builder("ecs.operator.cache.resources", this, cache -> cache.stored(resource))
          .description("Resources that are known")
          .tag("kind", resource.name())
          .strongReference(true)
          .register(metrics);
      Gauge.builder("ecs.operator.cache.age.max", this, cache -> cache.oldest(resource))
          .description("Since the resource was read that was read longest ago")
          .tag("kind", resource.name())
          .baseUnit("seconds")
          .strongReference(true)
          .register(metrics);
    }
  }

  private double stored(AwsResource resource) {
    return store.all(resource).count();
  }

  private double oldest(AwsResource resource) {
    Instant now = clock.instant();
    return store
        .all(resource)
        .map(stored -> Duration.between(stored.readAt(), now))
        .max(Duration::compareTo)
        .map(age -> age.toMillis() / 1000.0)
        .orElse(0.0);
  }
}
