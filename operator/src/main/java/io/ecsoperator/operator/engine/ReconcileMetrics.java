package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.Conditions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** How looks at objects go; docs/metrics.md says what the figures mean. */
public final class ReconcileMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final MeterProvider<Timer> looks;
  private final MeterProvider<Counter> corrections;

  public ReconcileMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.looks =
        Timer.builder("ecs.operator.reconcile.duration")
            .description("Looks at objects, from being begun to their status being written")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(registry);
    this.corrections =
        Counter.builder("ecs.operator.drift.corrected")
            .description("Plans to bring back what had been changed in ECS")
            .withRegistry(registry);
  }

  /** What a look came to, as the label says it in lower case. */
  enum ExecutionResult {
    /** Nothing is left to be done now. */
    CONVERGED,
    RECONCILING,
    STALLED,
    /** The object was let go, or deleted at the end of its time. */
    GONE,
    /** The object or the leadership was gone before the end. */
    ABANDONED,
    /** Kubernetes refused a write, or there is a bug: the look is repeated. */
    ERROR
  }

  /** Begins the measurement of one look. */
  Run begin(String kind) {
    return new Run(kind, Timer.start(registry));
  }

  /** Shows a kind before the first correction, so that the first one counts. */
  void show(String kind) {
    corrections.withTag("kind", kind);
  }

  void corrected(String kind) {
    corrections.withTag("kind", kind).increment();
  }

  /** One look; an error until it is known what it came to. */
  final class Run implements AutoCloseable {
    private final String kind;
    private final Timer.Sample begun;
    private ExecutionResult outcome = ExecutionResult.ERROR;

    private Run(String kind, Timer.Sample begun) {
      this.kind = kind;
      this.begun = begun;
    }

    void cameTo(ExecutionResult outcome) {
      this.outcome = outcome;
    }

    void cameTo(ReconcileResult<?> report) {
      cameTo(
          report.fate() == ReconcileResult.Disposition.KEEP
              ? standing(report.status())
              : ExecutionResult.GONE);
    }

    @Override
    public void close() {
      begun.stop(looks.withTags("kind", kind, "outcome", outcome.name().toLowerCase(Locale.ROOT)));
    }

    private static ExecutionResult standing(EcsStatus status) {
      if (Conditions.isTrue(status.common(), Conditions.STALLED)) {
        return ExecutionResult.STALLED;
      }
      return Conditions.isTrue(status.common(), Conditions.RECONCILING)
          ? ExecutionResult.RECONCILING
          : ExecutionResult.CONVERGED;
    }
  }
}
