package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;

/** The metrics of one category; docs/metrics.md describes them. */
final class CallQueueMetrics {
  private final MeterRegistry registry;
  private final String category;

  CallQueueMetrics(MeterRegistry registry, QuotaCategory category) {
    this.registry = registry;
    this.category = category.toString();
  }

  void register(CallQueue queue) {
    Gauge.builder("ecs.operator.quota.tokens", queue, CallQueue::tokens)
        .description("Calls that may be sent at once")
        .tag("category", category)
        .register(registry);
    Gauge.builder("ecs.operator.quota.rate", queue, CallQueue::rate)
        .description("Tokens that are refilled per second")
        .tag("category", category)
        .register(registry);
    Gauge.builder("ecs.operator.quota.queued.calls", queue, CallQueue::length)
        .description("Calls that wait for quota, including deferred calls with a reserved place")
        .tag("category", category)
        .register(registry);
    // Registered at 0, so that Prometheus sees the first increment as an increase.
    throttlings();
    Stream.of(Priority.values()).forEach(this::deferrals);
  }

  void waited(Priority priority, Duration duration) {
    Timer.builder("ecs.operator.quota.wait")
        .description("Time that calls waited for quota before they were sent")
        .tags("category", category, "priority", name(priority))
        .register(registry)
        .record(duration);
  }

  void deferred(Priority priority) {
    deferrals(priority).increment();
  }

  void throttled() {
    throttlings().increment();
  }

  private Counter deferrals(Priority priority) {
    return Counter.builder("ecs.operator.quota.deferred.calls")
        .description("Calls that were not sent because they would have waited too long for quota")
        .tags("category", category, "priority", name(priority))
        .register(registry);
  }

  private Counter throttlings() {
    return Counter.builder("ecs.operator.quota.throttled.calls")
        .description("Calls that AWS throttled")
        .tag("category", category)
        .register(registry);
  }

  private static String name(Priority priority) {
    return priority.name().toLowerCase(Locale.ROOT);
  }
}
