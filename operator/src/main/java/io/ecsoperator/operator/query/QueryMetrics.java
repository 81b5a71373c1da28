package io.ecsoperator.operator.query;

import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetResource;
import io.ecsoperator.operator.fleet.FleetType;
import io.ecsoperator.operator.http.ApiServer.Request;
import io.ecsoperator.operator.http.ApiServer.Response;
import io.ecsoperator.operator.http.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** The metrics of the query API. No label has a text of a client. */
final class QueryMetrics {
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  /** What responds to a request. */
  @FunctionalInterface
  interface Responder {
    Response respond() throws InterruptedException;
  }

  private final Clock clock;
  private final MeterProvider<Timer> requests;

  QueryMetrics(Fleet fleet, MeterRegistry metrics, Clock clock) {
    this.clock = clock;
    this.requests =
        Timer.builder("ecs.operator.query.requests")
            .description("Requests of the query API, until the response begins")
            .serviceLevelObjectives(LATENCIES)
            .withRegistry(metrics);
    for (FleetType type : FleetType.values()) {
      Gauge.builder("ecs.operator.query.resources", fleet, copy -> copy.all(type).size())
          .description("Resources in the query API's copy of ECS")
          .tag("type", type.plural())
          .register(metrics);
      Gauge.builder("ecs.operator.query.age.max", fleet, copy -> oldest(copy, type))
          .description("Age of the oldest read in the query API's copy of ECS")
          .baseUnit("seconds")
          .tag("type", type.plural())
          .register(metrics);
    }
  }

  Response measured(Request request, Responder responder) throws InterruptedException {
    Instant begun = clock.instant();
    int status = 500;
    try {
      Response response = responder.respond();
      status = response.status();
      return response;
    } catch (Problem problem) {
      status = problem.status();
      throw problem;
    } finally {
      requests
          .withTags("resource", resource(request), "status", String.valueOf(status))
          .record(Duration.between(begun, clock.instant()));
    }
  }

  private static String resource(Request request) {
    String[] segments = request.path().split("/", 4);
    String name = segments.length > 2 ? segments[2] : "";
    return Arrays.stream(FleetType.values()).anyMatch(type -> type.plural().equals(name))
            || name.equals("resources")
            || name.equals("placements")
            || name.equals("stream")
            || name.equals("openapi.json")
        ? name
        : "other";
  }

  private double oldest(Fleet fleet, FleetType type) {
    return fleet.all(type).stream()
        .map(FleetResource::readAt)
        .min(Instant::compareTo)
        .map(read -> Duration.between(read, clock.instant()).toMillis() / 1e3)
        .orElse(0.0);
  }
}
