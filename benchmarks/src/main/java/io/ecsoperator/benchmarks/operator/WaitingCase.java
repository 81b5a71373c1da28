package io.ecsoperator.benchmarks.operator;

import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Objects that wait for quota, and a restart of the operator while they wait. */
public final class WaitingCase implements OperatorCase {
  private static final int PAIRS = 400;
  private static final double LIMIT_READS = 60;

  /** So many definitions still wait for their registration when the operator is restarted. */
  private static final int WAITING = 260;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration AFTER_RESTART = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final Duration REGISTRATION_LIMIT = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "operator-waiting";
  }

  @Override
  public String description() {
    return "400 task definitions and 400 services that refer to them, created at once, under AWS's"
        + " request quotas: reads in a minute in which all wait for their turn. The operator is"
        + " restarted while 260 definitions wait; reads are counted for two minutes after it";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    int pairs = setting.of(PAIRS);
    List<Measure> measures = new ArrayList<>();
    try (BenchmarkEnvironment environment =
        BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.ON)) {
      try (BoundProcess operator = environment.startOperator()) {
        environment.newFleet().growTo(pairs);
        Instant start = Instant.now();
        Thread.sleep(MINUTE);
        EcsCalls calls =
            environment.endpoint().callsAfter(0).matching(call -> call.at().isAfter(start));
        measures.add(
            Measure.atMost(
                LIMIT_READS, "reads in a minute of waiting", calls.reads().count(), Unit.COUNT));
        measures.add(
            Measure.of(
                "of them DescribeServices", calls.of("DescribeServices").count(), Unit.COUNT));
        awaitRegistrations(environment, pairs - setting.of(WAITING));
        operator.stop(STOP_LIMIT);
      }
      long lastCall = environment.endpoint().lastCall();
      try (BoundProcess _ = environment.startOperator()) {
        Thread.sleep(AFTER_RESTART);
        EcsCalls calls = environment.endpoint().callsAfter(lastCall);
        measures.add(
            Measure.of("restart: reads in two minutes", calls.reads().count(), Unit.COUNT));
        measures.add(
            Measure.atMost(
                1, "restart: most reads of one task definition", mostReads(calls), Unit.COUNT));
      }
    }
    return measures;
  }

  private static void awaitRegistrations(BenchmarkEnvironment environment, int wanted)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(REGISTRATION_LIMIT);
    while (environment.endpoint().callsAfter(0).of("RegisterTaskDefinition").count() < wanted) {
      if (Instant.now().isAfter(end)) {
        throw new IOException(wanted + " task definitions were not registered in time.");
      }
      Thread.sleep(Duration.ofSeconds(1));
    }
  }

  private static long mostReads(EcsCalls calls) {
    return calls.of("DescribeTaskDefinition").all().stream()
        .collect(
            Collectors.groupingBy(
                call -> call.request().path("taskDefinition").asText(), Collectors.counting()))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }
}
