package io.ecsoperator.operator.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;

/** Counts events and measures how late they are. */
final class EventMetrics {
  private static final Duration[] LAGS = {
    Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(5)
  };

  private final MeterProvider<Counter> events;
  private final Timer lag;
  private final Clock clock;

  EventMetrics(MeterRegistry metrics, Clock clock) {
    this.clock = clock;
    this.events =
        Counter.builder("ecs.operator.events")
            .description("Events received from the queue; unreadable ones stay in it")
            .withRegistry(metrics);
    this.lag =
        Timer.builder("ecs.operator.events.lag")
            .description("Time from an event in ECS to its receipt from the queue")
            .serviceLevelObjectives(LAGS)
            .register(metrics);
  }

  void received(EcsEvent event) {
    count(event.type());
    Duration late = Duration.between(event.time(), clock.instant());
    lag.record(late.isNegative() ? Duration.ZERO : late);
  }

  void unreadable() {
    count("unreadable");
  }

  private void count(String type) {
    events.withTag("type", type).increment();
  }
}
