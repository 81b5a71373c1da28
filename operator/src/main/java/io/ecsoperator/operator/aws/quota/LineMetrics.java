package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.aws.Priority;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

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
    // From nothing on, so that the first one is an increase.
    throttlings();
    Stream.of(Priority.values()).forEach(this::deferrals);
  }

  void waited(Priority priority, Duration duration) {
    registry
        .timer("aws.quota.wait", "category", category, "priority", name(priority))
        .record(duration);
  }

  void putOff(Priority priority) {
    deferrals(priority).increment();
  }

  void throttled() {
    throttlings().increment();
  }

  private Counter deferrals(Priority priority) {
    return registry.counter("aws.quota.put.off", "category", category, "priority", name(priority));
  }

  private Counter throttlings() {
    return registry.counter("aws.quota.throttled", "category", category);
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }
}
