package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;

/** The figures of one category; docs/metrics.md says what they mean. */
final class LineMetrics {
  private final MeterRegistry registry;
  private final String category;

  LineMetrics(MeterRegistry registry, QuotaCategory category) {
    this.registry = registry;
    this.category = category.toString();
  }

  void show(Line line) {
    Gauge.builder("aws.quota.tokens", line, Line::tokens)
        .tag("category", category)
        .register(registry);
    Gauge.builder("aws.quota.rate", line, Line::rate).tag("category", category).register(registry);
    Gauge.builder("aws.quota.waiting", line, Line::length)
        .tag("category", category)
        .register(registry);
  }

  void waited(Priority priority, Duration duration) {
    registry
        .timer("aws.quota.wait", "category", category, "priority", name(priority))
        .record(duration);
  }

  void putOff(Priority priority) {
    registry
        .counter("aws.quota.put.off", "category", category, "priority", name(priority))
        .increment();
  }

  void throttled() {
    registry.counter("aws.quota.throttled", "category", category).increment();
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }
}
