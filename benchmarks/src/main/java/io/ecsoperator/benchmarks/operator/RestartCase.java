package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Stopwatch;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Restart of an operator, which must read everything, and failover to a standby. */
public final class RestartCase implements OperatorCase {
  private static final int PAIRS = 500;
  private static final double LIMIT_READS = 70;
  private static final double LIMIT_SECONDS = 5;
  private static final double LIMIT_FAILOVER_SECONDS = 8;
  private static final Duration PAUSE = Duration.ofSeconds(20);

  /** Time after the first reads in which the operator starts no sweep. */
  private static final Duration BEFORE_SWEEPS = Duration.ofSeconds(5);

  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final Duration READY_LIMIT = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "operator-restart";
  }

  @Override
  public String description() {
    return "500 task definitions and 500 services whose operator is restarted, and then killed"
        + " beside a standby. All is observed when every service was described and all task"
        + " definitions were listed, or described one by one; reads are counted until 5 s later, when"
        + " the regular sweeps go on. Naive is the same operator with a describe call per object";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    List<Measure> measures = new ArrayList<>();
    int pairs = setting.of(PAIRS);
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF);
        Readiness readiness = environment.readiness()) {
      try (BoundProcess first = environment.startOperator()) {
        Fleet fleet = environment.newFleet();
        fleet.growTo(pairs);
        readiness.await(fleet.objects(), READY_LIMIT);
        Thread.sleep(PAUSE);
        first.stop(STOP_LIMIT);
      }
      long lastCall = environment.endpoint().lastCall();
      List<Measure> naively;
      try (BoundProcess naive = environment.startNaiveOperator()) {
        Instant observed = awaitObserved(environment, lastCall, pairs);
        Thread.sleep(PAUSE);
        naively = naive(environment, lastCall, observed);
        naive.stop(STOP_LIMIT);
      }
      lastCall = environment.endpoint().lastCall();
      BoundProcess leader = environment.startOperator();
      Instant observed = awaitObserved(environment, lastCall, pairs);
      Thread.sleep(PAUSE);
      Instant swept = observed.plus(BEFORE_SWEEPS);
      EcsCalls calls =
          environment.endpoint().callsAfter(lastCall).matching(call -> call.at().isBefore(swept));
      measures.add(
          Measure.atMost(
              LIMIT_SECONDS,
              "restart: from the lease to all observed",
              seconds(environment.leadingSince(), observed),
              Unit.SECONDS));
      measures.add(
          Measure.atMost(LIMIT_READS, "restart: reads", calls.reads().count(), Unit.COUNT));
      measures.add(Measure.atMost(0, "restart: writes", calls.writes().count(), Unit.COUNT));
      try (leader;
          BoundProcess _ = environment.startOperator()) {
        Thread.sleep(PAUSE);
        lastCall = environment.endpoint().lastCall();
        Instant killed = Instant.now();
        leader.kill();
        measures.add(
            Measure.atMost(
                LIMIT_FAILOVER_SECONDS,
                "failover: from kill -9 to all observed by the standby",
                seconds(killed, awaitObserved(environment, lastCall, pairs)),
                Unit.SECONDS));
        measures.add(
            Measure.of(
                "of it until the standby has the lease",
                seconds(killed, environment.leadingSince()),
                Unit.SECONDS));
      }
      measures.addAll(naively);
    }
    return measures;
  }

  private static List<Measure> naive(
      BenchmarkEnvironment environment, long lastCall, Instant observed)
      throws IOException, InterruptedException {
    return List.of(
        Measure.of(
            "naive: from the lease to all observed",
            seconds(environment.leadingSince(), observed),
            Unit.SECONDS),
        Measure.of(
            "naive: reads",
            environment.endpoint().callsAfter(lastCall).reads().count(),
            Unit.COUNT));
  }

  private static Instant awaitObserved(BenchmarkEnvironment environment, long lastCall, int pairs)
      throws IOException, InterruptedException {
    Stopwatch waiting = Stopwatch.start();
    while (waiting.seconds() < READY_LIMIT.toSeconds()) {
      Thread.sleep(Duration.ofSeconds(2));
      Optional<Instant> observed =
          new Observed(pairs).by(environment.endpoint().callsAfter(lastCall));
      if (observed.isPresent()) {
        return observed.get();
      }
    }
    throw new IOException(
        "The operator did not read everything in " + READY_LIMIT.toMinutes() + " min.");
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }
}
