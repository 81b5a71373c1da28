package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Stopwatch;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.benchmarks.operator.ApiServerRequests.Request;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many objects at once, without quotas. */
public final class CreateCase implements OperatorCase {
  private static final int PAIRS = 500;
  private static final double LIMIT_SECONDS = 15;
  private static final double LIMIT_AWS_CALLS = 1.3;
  private static final double LIMIT_KUBERNETES_WRITES = 4;
  private static final double LIMIT_TIMES_WITHOUT_OPERATOR = 2.2;
  private static final double LIMIT_CPU_MILLISECONDS = 10;
  private static final Duration READY_LIMIT = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "operator-create";
  }

  @Override
  public String description() {
    return "500 task definitions and 500 services that refer to them, created at once; no quotas."
        + " Naive is the same operator with a describe call per object";
  }

  /**
   * The result of one run.
   *
   * @param seconds from the last object accepted by the API server until all were Ready
   */
  private record Taken(
      double seconds,
      double creating,
      int resources,
      EcsCalls calls,
      long kubernetesWrites,
      long events,
      ProcessUsage usage) {

    double each(double count) {
      return count / resources;
    }
  }

  @FunctionalInterface
  private interface Start {
    BoundProcess operatorOn(BenchmarkEnvironment environment)
        throws IOException, InterruptedException;
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    Taken taken = take(setting, BenchmarkEnvironment::startOperator);
    Taken naive = take(setting, BenchmarkEnvironment::startNaiveOperator);
    double withoutOperator = createWithoutOperator(setting);
    List<Measure> measures = new ArrayList<>();
    measures.add(Measure.of("creating the objects", taken.creating(), Unit.SECONDS));
    measures.add(
        Measure.atMost(
            LIMIT_SECONDS,
            "from the last object accepted to all Ready",
            taken.seconds(),
            Unit.SECONDS));
    measures.add(
        Measure.of("creating the objects without an operator", withoutOperator, Unit.SECONDS));
    measures.add(
        Measure.atMost(
            LIMIT_TIMES_WITHOUT_OPERATOR,
            "times as long as that, from the first object to all Ready",
            (taken.creating() + taken.seconds()) / withoutOperator,
            Unit.COUNT));
    measures.add(
        Measure.atMost(
            LIMIT_AWS_CALLS,
            "AWS calls per created resource",
            taken.each(taken.calls().count()),
            Unit.COUNT));
    measures.add(
        Measure.of(
            "of them reads per created resource",
            taken.each(taken.calls().reads().count()),
            Unit.COUNT));
    measures.add(
        Measure.atMost(
            0, "UpdateService calls", taken.calls().of("UpdateService").count(), Unit.COUNT));
    measures.add(
        Measure.atMost(
            LIMIT_KUBERNETES_WRITES,
            "Kubernetes writes per object, Events included",
            taken.each(taken.kubernetesWrites() + taken.events()),
            Unit.COUNT));
    measures.add(Measure.of("of them Events per object", taken.each(taken.events()), Unit.COUNT));
    measures.add(Measure.of("CPU time", taken.usage().cpuSeconds(), Unit.SECONDS));
    measures.add(
        Measure.atMost(
            LIMIT_CPU_MILLISECONDS,
            "CPU time per created resource, start included",
            taken.each(1000 * taken.usage().cpuSeconds()),
            Unit.MILLISECONDS));
    measures.add(Measure.of("RSS at its highest", taken.usage().peakMebibytes(), Unit.MEBIBYTES));
    measures.add(
        Measure.of("naive: from the last object to all Ready", naive.seconds(), Unit.SECONDS));
    measures.add(
        Measure.of(
            "naive: AWS calls per created resource",
            naive.each(naive.calls().count()),
            Unit.COUNT));
    return measures;
  }

  private static double createWithoutOperator(Setting setting)
      throws IOException, InterruptedException {
    try (BenchmarkEnvironment environment =
        BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF)) {
      Stopwatch creation = Stopwatch.start();
      environment.newFleet().growTo(setting.of(PAIRS));
      return creation.seconds();
    }
  }

  private static Taken take(Setting setting, Start start) throws IOException, InterruptedException {
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF);
        BoundProcess operator = start.operatorOn(environment);
        Readiness readiness = environment.readiness()) {
      Fleet fleet = environment.newFleet();
      ApiServerRequests before = environment.requests();
      Stopwatch creation = Stopwatch.start();
      fleet.growTo(setting.of(PAIRS));
      double creating = creation.seconds();
      Stopwatch untilReady = Stopwatch.start();
      readiness.await(fleet.objects(), READY_LIMIT);
      double seconds = untilReady.seconds();
      ApiServerRequests after = environment.requests();
      return new Taken(
          seconds,
          creating,
          fleet.objects(),
          environment.endpoint().callsAfter(0),
          after.since(before, Request::isWriteToOwnKinds),
          after.since(before, Request::isEvent),
          ProcessUsage.of(operator.handle().pid()));
    }
  }
}
