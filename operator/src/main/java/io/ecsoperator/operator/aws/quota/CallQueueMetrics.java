package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** The figures of one category; docs/metrics.md says what they mean. */
final class CallQueueMetrics {
  private final MeterRegistry registry;
  private final String category;

  CallQueueMetrics(MeterRegistry registry, QuotaCategory category) {
    this.registry = registry;
    this.category = category.toString();
  }

  void show(CallQueue line) {
    Gauge.builder("ecs.operator.quota.tokens", line, CallQueue::tokens)
        .tag("category", category)
        .register(registry);
    Gauge.builder("ecs.operator.quota.rate", line, CallQueue::rate)
        .tag("category", category)
        .register(registry);
    Gauge.builder("ecs.operator.quota.queued.calls", line, CallQueue::length)
        .tag("category", category)
        .register(registry);
    // From nothing on, so that the first one is an increase.
    throttlings();
    Stream.of(Priority.values()).forEach(this::deferrals);
  }

  void waited(Priority priority, Duration duration) {
    registry
        .timer("ecs.operator.quota.wait", "category", category, "priority", name(priority))
        .record(duration);
  }

  void putOff(Priority priority) {
    deferrals(priority).increment();
  }

  void throttled() {
    throttlings().increment();
  }

  private Counter deferrals(Priority priority) {
    return registry.counter(
        "ecs.operator.quota.deferred", "category", category, "priority", name(priority));
  }

  private Counter throttlings() {
    return registry.counter("ecs.operator.quota.throttled", "category", category);
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }
}
