package io.ecsoperator.benchmarks.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.benchmarks.Latencies;
import io.ecsoperator.benchmarks.Measure;
import io.ecsoperator.benchmarks.Setting;
import io.ecsoperator.benchmarks.Unit;
import io.ecsoperator.benchmarks.operator.EcsCalls.EcsCall;
import io.ecsoperator.controlplane.process.BoundProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Changes in ECS that the operator finds by its sweeps alone. */
public final class DriftCase implements OperatorCase {
  private static final int PAIRS = 200;

  /** Every seventh service is changed. */
  private static final int STEP = 7;

  private static final int WANTED = 1;
  private static final int DRIFTED = 2;
  private static final double LIMIT_SECONDS = 60;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final Duration PAUSE = Duration.ofSeconds(75);
  private static final Duration READY_LIMIT = Duration.ofMinutes(10);

  /** Longer than the limit, so that a late correction is measured. */
  private static final Duration UNTIL_ALL_ARE_CORRECTED = Duration.ofSeconds(90);

  @Override
  public String name() {
    return "operator-drift";
  }

  @Override
  public String description() {
    return "200 task definitions and 200 services, of which every seventh gets another desiredCount"
        + " by a call to ECS; from that call to the operator's UpdateService. No events; swept"
        + " every 60 s, the default";
  }

  @Override
  public List<Measure> run(Setting setting) throws IOException, InterruptedException {
    int pairs = setting.of(PAIRS);
    try (BenchmarkEnvironment environment =
            BenchmarkEnvironment.open(setting.project(), BenchmarkEnvironment.Quotas.OFF);
        BoundProcess _ = environment.startOperator();
        Readiness readiness = environment.readiness()) {
      Fleet fleet = environment.newFleet();
      fleet.growTo(pairs);
      readiness.await(fleet.objects(), READY_LIMIT);
      Thread.sleep(PAUSE);
      long lastCall = environment.endpoint().lastCall();
      for (int pair = 0; pair < pairs; pair += STEP) {
        environment.endpoint().call("UpdateService", drift(Fleet.name(pair)));
      }
      Thread.sleep(UNTIL_ALL_ARE_CORRECTED);
      EcsCalls updates = environment.endpoint().callsAfter(lastCall).of("UpdateService");
      EcsCalls drifts = updates.matching(call -> isTo(call, DRIFTED));
      long[] nanos =
          drifts.all().stream().mapToLong(drift -> nanosUntilCorrected(drift, updates)).toArray();
      Latencies latencies = Latencies.ofNanos(nanos);
      return List.of(
          Measure.of("services changed", nanos.length, Unit.COUNT),
          Measure.of(
              "until corrected, median",
              latencies.percentile(50) / MILLIS_PER_SECOND,
              Unit.SECONDS),
          Measure.atMost(
              LIMIT_SECONDS,
              "until corrected, slowest",
              latencies.percentile(100) / MILLIS_PER_SECOND,
              Unit.SECONDS),
          Measure.atMost(
              nanos.length, "UpdateService calls", updates.count() - nanos.length, Unit.COUNT));
    }
  }

  private static ObjectNode drift(String service) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("cluster", Fleet.CLUSTER)
        .put("service", service)
        .put("desiredCount", DRIFTED);
  }

  private static boolean isTo(EcsCall update, int count) {
    return update.request().path("desiredCount").asInt() == count;
  }

  private static long nanosUntilCorrected(EcsCall drift, EcsCalls updates) {
    Instant corrected =
        updates
            .matching(
                update ->
                    isTo(update, WANTED)
                        && update.sequence() > drift.sequence()
                        && service(update).equals(service(drift)))
            .all()
            .stream()
            .map(EcsCall::at)
            .findFirst()
            .orElse(drift.at().plus(UNTIL_ALL_ARE_CORRECTED));
    return Duration.between(drift.at(), corrected).toNanos();
  }

  /** The name of the service, which the request names by name or ARN. */
  private static String service(EcsCall update) {
    String service = update.request().path("service").asText();
    return service.substring(service.lastIndexOf('/') + 1);
  }
}
