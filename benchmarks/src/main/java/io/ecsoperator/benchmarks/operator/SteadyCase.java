package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.benchmarks.operator.ApiServerRequests.Request;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The cost of an operator while nothing changes. */
public final class SteadyCase implements OperatorCase {
  private static final Duration SWEEP = Duration.ofSeconds(60);

  /** Until the reads that follow the last changes are over. */
  private static final Duration PAUSE = Duration.ofSeconds(75);

  private static final Duration READY_LIMIT = Duration.ofHours(1);

  /**
   * @param pairs of a task definition and a service
   */
  private record Size(int pairs, double limitMebibytes, double limitCpuPercent) {}

  /** The two sizes that have targets. */
  private static final List<Size> SIZES =
      List.of(new Size(1_000, 200, 10), new Size(5_000, 400, 10));

  @Override
  public String name() {
    return "operator-steady";
  }

  @Override
  public String description() {
    return "task definitions and services, the same number of each, during one sweep of 60 s in which"
        + " nothing changes. Naive is the same operator with a describe call per object";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    List<Measure> measures = new ArrayList<>();
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF);
        BoundProcess operator = environment.startOperator();
        Readiness readiness = environment.readiness()) {
      Thread.sleep(PAUSE);
      measures.add(
          Measure.of(
              "0 objects: RSS",
              ProcessUsage.of(operator.handle().pid()).residentMebibytes(),
              Unit.MEBIBYTES));
      Fleet fleet = environment.newFleet();
      for (Size size : SIZES) {
        fleet.growTo(setting.of(size.pairs()));
        readiness.await(fleet.objects(), READY_LIMIT);
        Thread.sleep(PAUSE);
        measures.addAll(measured(environment, operator, setting.of(size.pairs()), size));
      }
    }
    measures.add(naive(setting));
    return measures;
  }

  private static List<Measure> measured(
      BenchmarkEnvironment environment, BoundProcess operator, int pairs, Size size)
      throws IOException, InterruptedException {
    long lastCall = environment.endpoint().lastCall();
    ApiServerRequests requests = environment.requests();
    ProcessUsage before = ProcessUsage.of(operator.handle().pid());
    Thread.sleep(SWEEP);
    ProcessUsage after = ProcessUsage.of(operator.handle().pid());
    EcsCalls calls = environment.endpoint().callsAfter(lastCall);
    double cpu = 100 * (after.cpuSeconds() - before.cpuSeconds()) / SWEEP.toSeconds();
    String what = String.format(Locale.ROOT, "%,d + %,d: ", pairs, pairs);
    return List.of(
        Measure.atMost(readsOf(pairs), what + "reads", calls.reads().count(), Unit.COUNT),
        Measure.atMost(0, what + "writes to ECS", calls.writes().count(), Unit.COUNT),
        Measure.atMost(
            0,
            what + "writes to Kubernetes",
            environment.requests().since(requests, Request::isOperatorsWrite),
            Unit.COUNT),
        Measure.below(size.limitCpuPercent(), what + "CPU, percent of one core", cpu, Unit.COUNT),
        Measure.atMost(
            size.limitMebibytes(), what + "RSS", after.residentMebibytes(), Unit.MEBIBYTES),
        Measure.of(what + "RSS at its highest so far", after.peakMebibytes(), Unit.MEBIBYTES));
  }

  /** 105 reads for a thousand pairs: a call for ten services, and few calls for the rest. */
  private static double readsOf(int pairs) {
    return Math.max(Math.ceilDiv(pairs, 10) + 5.0, pairs * 0.105);
  }

  private static Measure naive(Setting setting) throws IOException, InterruptedException {
    int pairs = setting.of(SIZES.getFirst().pairs());
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF);
        BoundProcess _ = environment.startNaiveOperator();
        Readiness readiness = environment.readiness()) {
      Fleet fleet = environment.newFleet();
      fleet.growTo(pairs);
      readiness.await(fleet.objects(), READY_LIMIT);
      Thread.sleep(PAUSE);
      long lastCall = environment.endpoint().lastCall();
      Thread.sleep(SWEEP);
      return Measure.of(
          String.format(Locale.ROOT, "naive, %,d + %,d: reads", pairs, pairs),
          environment.endpoint().callsAfter(lastCall).reads().count(),
          Unit.COUNT);
    }
  }
}
