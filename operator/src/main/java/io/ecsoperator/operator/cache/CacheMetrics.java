package io.ecsoperator.operator.cache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * {@code replica.records}: resources of a kind that are known. {@code replica.age.max}: seconds
 * since the one of them was read that was read longest ago.
 */
record CacheMetrics(ObservationStore store, Clock clock) implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry metrics) {
    for (Kind kind : Kind.values()) {
      Gauge.builder("ecs.operator.cache.resources", this, cache -> cache.records(kind))
          .description("Resources that are known")
          .tag("kind", kind.label())
          .strongReference(true)
          .register(metrics);
      Gauge.builder("ecs.operator.cache.age.max", this, cache -> cache.oldest(kind))
          .description("Since the resource was read that was read longest ago")
          .tag("kind", kind.label())
          .baseUnit("seconds")
          .strongReference(true)
          .register(metrics);
    }
  }

  private double records(Kind kind) {
    return store.all(kind).count();
  }

  private double oldest(Kind kind) {
    Instant now = clock.instant();
    return store
        .all(kind)
        .map(known -> Duration.between(known.readAt(), now))
        .max(Duration::compareTo)
        .map(age -> age.toMillis() / 1000.0)
        .orElse(0.0);
  }
}
