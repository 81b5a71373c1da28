package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.status.Conditions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** Metrics of reconciles; docs/metrics.md says what they mean. */
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
  private final MeterProvider<Timer> reconciles;
  private final MeterProvider<Counter> corrections;

  public ReconcileMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.reconciles =
        Timer.builder("ecs.operator.reconcile.duration")
            .description("Reconciles, from their start to the written status")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(registry);
    this.corrections =
        Counter.builder("ecs.operator.drift.corrected")
            .description("Plans that correct drift in ECS")
            .withRegistry(registry);
  }

  /** How a reconcile ended; the label has it in lower case. */
  enum Result {
    /** Nothing is left to do now. */
    CONVERGED,
    RECONCILING,
    STALLED,
    /** The object was released, or deleted because its time to live ended. */
    GONE,
    /** The object was deleted or the leadership was lost before the end. */
    ABANDONED,
    /** Kubernetes refused a write, or there is a bug: the reconcile is repeated. */
    ERROR
  }

  /** Starts the measurement of one reconcile. */
  Run begin(String kind) {
    return new Run(kind, Timer.start(registry));
  }

  /** Registers the counter of a kind at 0, so that a rate includes the first correction. */
  void register(String kind) {
    corrections.withTag("kind", kind);
  }

  void corrected(String kind) {
    corrections.withTag("kind", kind).increment();
  }

  /** One reconcile; an error until its result is known. */
  final class Run implements AutoCloseable {
    private final String kind;
    private final Timer.Sample begun;
    private Result outcome = Result.ERROR;

    private Run(String kind, Timer.Sample begun) {
      this.kind = kind;
      this.begun = begun;
    }

    void finishedAs(Result outcome) {
      this.outcome = outcome;
    }

    void finishedAs(ReconcileResult<?> result) {
      finishedAs(
          result.disposition() == ReconcileResult.Disposition.KEEP
              ? resultOf(result.status())
              : Result.GONE);
    }

    @Override
    public void close() {
      begun.stop(
          reconciles.withTags("kind", kind, "outcome", outcome.name().toLowerCase(Locale.ROOT)));
    }

    private static Result resultOf(EcsStatus status) {
      if (Conditions.isTrue(status.common(), Conditions.STALLED)) {
        return Result.STALLED;
      }
      return Conditions.isTrue(status.common(), Conditions.RECONCILING)
          ? Result.RECONCILING
          : Result.CONVERGED;
    }
  }
}
