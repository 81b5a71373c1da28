package io.ecsoperator.operator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Trees;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.InProcessEcs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.SdkEcs;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileResult;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.status.Conditions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * One object, reconciled against an ECS of its own in virtual time. A crash loses everything but
 * the status as it was last written, and ECS.
 */
final class SimulatedObject<R extends EcsResource<S>, S extends EcsStatus>
    implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MAX_RECONCILES = 300;
  private static final Timing TIMING = TestKinds.TIMING;

  private final LocalEcs local;
  private final Supplier<? extends Kind<R, S, ?>> kind;
  private final VirtualTime time = new VirtualTime();
  private final SdkEcs ecs;
  private final FaultyEcs faultyEcs;

  private Reconciliation<R, S, ?> reconciliation;
  private S status;

  /** Whether the object has no finalizer yet, which outlives a crash too. */
  private boolean firstReconcile = true;

  /** What outlives a crash: the status as the API server has it. */
  private S written;

  /** What a backup without status keeps too. */
  private Optional<String> runRecord = Optional.empty();

  /**
   * @param local on a virtual clock, and empty
   */
  SimulatedObject(LocalEcs local, Supplier<? extends Kind<R, S, ?>> kind) {
    this.local = local;
    this.kind = kind;
    this.ecs = InProcessEcs.of(local);
    this.faultyEcs = new FaultyEcs(ecs);
    start();
    this.status = kind.get().emptyStatus();
    this.written = status;
  }

  void injectFaults(List<InjectedFault> faults, List<Boolean> readsFail) {
    faultyEcs.injectFaults(faults, readsFail);
  }

  S status() {
    return status;
  }

  int startedTasks() {
    return faultyEcs.startedTasks();
  }

  /** Carries out a call beside the operator. */
  void outside(String operation, String request) {
    ecs.write(operation, Trees.tree(request), CallContext.of(Priority.CHANGE));
  }

  ObjectNode read(String operation, String request) {
    return ecs.read(operation, Trees.tree(request), CallContext.of(Priority.CHANGE)).tree();
  }

  /** Starts the operator anew. */
  void start() {
    EcsCache cache =
        new EcsCache(
            new EcsCache.Dependencies(
                faultyEcs,
                time,
                new AwsResources(TestKinds.awsResources()),
                object -> {},
                new SimpleMeterRegistry()),
            new EcsCache.Settings(
                Duration.ZERO,
                Duration.ofSeconds(60),
                TIMING.poll(),
                TIMING.resync(),
                Duration.ofMinutes(15)));
    PlanExecutor planExecutor = new PlanExecutor(faultyEcs, cache, time);
    reconciliation =
        new Reconciliation<>(
            kind.get(),
            new Reconciliation.Dependencies(
                cache,
                new ReferenceCheck(new Objects(), Duration.ZERO, time),
                planExecutor,
                TIMING,
                time,
                new Random(1),
                new ReconcileMetrics(new SimpleMeterRegistry())));
  }

  /** Reconciles once, and lets the time until the next reconcile pass. */
  void reconcile(Wanted wanted) {
    reconcile(wanted, LONGEST_PAUSE);
  }

  /** The same, with the next reconcile not later than after a pause. */
  void reconcile(Wanted wanted, Duration longestPause) {
    boolean first = firstReconcile;
    firstReconcile = false;
    try {
      ReconcileResult<S> result =
          reconciliation.reconcile(recorded(wanted).desired(), status, first, this::write);
      assertThat(result.disposition()).isEqualTo(ReconcileResult.Disposition.KEEP);
      take(result);
      pause(
          result.requeueAfter().compareTo(longestPause) < 0 ? result.requeueAfter() : longestPause);
    } catch (FaultyEcs.Crash crash) {
      pause(Duration.ofSeconds(1));
      crash();
    }
  }

  /**
   * Reconciles without further faults until the object has converged; then it must write nothing.
   */
  void converge(Wanted wanted) {
    faultyEcs.endFaults();
    reconcileUntilConverged(wanted);
    // What reads do not show yet of earlier calls appears within the grace period.
    Instant shown = time.instant().plus(TIMING.grace());
    while (time.instant().isBefore(shown)) {
      reconcile(wanted);
    }
    reconcile(wanted);
    reconcileUntilConverged(wanted);
    reconcile(wanted);
    S converged = status;
    int written = faultyEcs.written();
    for (int i = 0; i < 3; i++) {
      reconcile(wanted);
      pause(LONGEST_PAUSE);
    }
    start();
    reconcile(wanted);
    assertThat(faultyEcs.written()).as("writes after convergence").isEqualTo(written);
    assertThat(status).isEqualTo(converged);
  }

  private void reconcileUntilConverged(Wanted wanted) {
    int reconciles = 0;
    while (!hasConverged(wanted)) {
      assertThat(reconciles++)
          .as("reconciles until %s has converged", status)
          .isLessThan(MAX_RECONCILES);
      reconcile(wanted);
    }
  }

  /** Reconciles until the object is released; faults end after a while. */
  void delete(Wanted deleted) {
    for (int reconciles = 0; reconciles < MAX_RECONCILES; reconciles++) {
      if (reconciles == MAX_RECONCILES / 10) {
        faultyEcs.endFaults();
      }
      try {
        ReconcileResult<S> result =
            reconciliation.reconcile(recorded(deleted).desired(), status, false, this::write);
        if (result.disposition() == ReconcileResult.Disposition.RELEASE) {
          return;
        }
        take(result);
        pause(result.requeueAfter());
      } catch (FaultyEcs.Crash crash) {
        crash();
      }
    }
    throw new AssertionError("not released: " + status);
  }

  /** Nothing happens for a while. */
  void pass(Duration duration) {
    time.advance(duration);
    local.advance(duration);
  }

  /** The operator is away for a while, and so is everybody who would call it. */
  void away(Duration duration) {
    pass(duration);
    start();
  }

  /** A backup without status is restored; the operator starts anew. */
  void loseStatus() {
    status = kind.get().emptyStatus();
    written = status;
    start();
  }

  private Wanted recorded(Wanted wanted) {
    return runRecord.map(text -> wanted.annotated("run-record", text)).orElse(wanted);
  }

  private void record(S now) {
    kind.get().runRecord(now).ifPresent(text -> runRecord = Optional.of(text));
  }

  private void write(S intent) {
    record(intent);
    status = intent;
    written = intent;
  }

  /** A deferrable status is not written, and is lost in a crash. */
  private void take(ReconcileResult<S> result) {
    record(result.status());
    status = result.status();
    if (!result.deferrable()) {
      written = status;
    }
  }

  private void crash() {
    status = written;
    start();
  }

  Instant now() {
    return time.instant();
  }

  @Override
  public void close() {
    ecs.close();
  }

  private boolean hasConverged(Wanted wanted) {
    List<Condition> conditions = status.common().conditions();
    return conditions != null
        && Long.valueOf(wanted.generation()).equals(status.common().observedGeneration())
        && Conditions.find(conditions, "Reconciling")
            .filter(condition -> condition.status().equals("False"))
            .isPresent()
        && Conditions.find(conditions, "Synced")
            .filter(condition -> condition.status().equals("True"))
            .isPresent();
  }

  private void pause(Duration duration) {
    Duration bounded = duration.compareTo(LONGEST_PAUSE) < 0 ? duration : LONGEST_PAUSE;
    time.advance(bounded);
    local.advance(bounded);
  }
}
