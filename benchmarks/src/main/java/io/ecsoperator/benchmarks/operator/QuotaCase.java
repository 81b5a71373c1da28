package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Many objects at once, under AWS's quotas. */
public final class QuotaCase implements OperatorCase {
  private static final int PAIRS = 100;
  private static final double LIMIT_PERCENT_OF_OPTIMUM = 95;
  private static final double LIMIT_PERCENT_THROTTLED = 1;
  private static final Duration READY_LIMIT = Duration.ofMinutes(15);

  /** AWS's quota for RegisterTaskDefinition, the lowest that applies here. */
  private static final double BURST = 20;

  private static final double PER_SECOND = 1;

  @Override
  public String name() {
    return "operator-quotas";
  }

  @Override
  public String description() {
    return "100 task definitions and 100 services, created at once, under AWS's request quotas. The"
        + " optimum is the time in which the quota of RegisterTaskDefinition, or the share of it"
        + " that may be used, lets through as many calls; it is compared with the time from the"
        + " first object created to the last CreateService";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    List<Measure> measures = new ArrayList<>();
    measure(measures, setting, 100);
    measure(measures, setting, 80);
    return measures;
  }

  private static void measure(List<Measure> measures, Setting setting, int share)
      throws IOException, InterruptedException {
    int pairs = setting.of(PAIRS);
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.ON);
        BoundProcess _ = environment.startOperator("--quota-share=" + share);
        Readiness readiness = environment.readiness()) {
      Fleet fleet = environment.newFleet();
      Instant start = Instant.now();
      fleet.growTo(pairs);
      readiness.await(fleet.objects(), READY_LIMIT);
      EcsCalls calls = environment.endpoint().callsAfter(0);
      double took =
          Duration.between(start, calls.of("CreateService").all().getLast().at()).toMillis() / 1e3;
      double optimum = Math.max(0, (pairs - BURST * share / 100) / (PER_SECOND * share / 100));
      String what = "share " + share + " %: ";
      measures.add(Measure.of(what + "all created after", took, Unit.SECONDS));
      measures.add(Measure.of(what + "optimum", optimum, Unit.SECONDS));
      measures.add(
          Measure.atLeast(
              LIMIT_PERCENT_OF_OPTIMUM,
              what + "percent of the optimum",
              100 * optimum / took,
              Unit.COUNT));
      measures.add(
          Measure.below(
              LIMIT_PERCENT_THROTTLED,
              what + "percent of calls throttled",
              100.0 * calls.matching(EcsCall::isThrottled).count() / calls.count(),
              Unit.COUNT));
      measures.add(
          Measure.of(
              what + "AWS calls per created resource",
              (double) calls.count() / fleet.objects(),
              Unit.COUNT));
    }
  }
}
