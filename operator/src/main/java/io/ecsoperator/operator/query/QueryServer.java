package io.ecsoperator.operator.query;

import io.ecsoperator.operator.VirtualThreadScheduler;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetSweeper;
import io.ecsoperator.operator.http.ApiServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** The query API while it runs: the copy of ECS and the HTTP server. */
public final class QueryServer implements AutoCloseable {
  private final FleetSweeper sweeper;
  private final ApiServer server;

  private QueryServer(FleetSweeper sweeper, ApiServer server) {
    this.sweeper = sweeper;
    this.server = server;
  }

  /**
   * What the API shows, and to whom.
   *
   * @param owner of what belongs to this installation
   */
  public record Sources(Fleet fleet, KubernetesObjects objects, Owner owner, Reviews reviews) {}

  /**
   * Begins to read ECS and to listen.
   *
   * @throws java.io.UncheckedIOException if the port is in use
   */
  public static QueryServer start(
      String host,
      int port,
      Sources sources,
      FleetSweeper sweeper,
      MeterRegistry metrics,
      Clock clock) {
    Owners owners = new Owners(sources.objects(), sources.owner());
    QueryApi api =
        new QueryApi(
            sources.fleet(),
            owners,
            sources.reviews(),
            new Streams(sources.fleet(), owners, clock),
            new QueryMetrics(sources.fleet(), metrics, clock));
    ApiServer server = ApiServer.start(host, port, api, new VirtualThreadScheduler("query-write-"));
    sweeper.start();
    return new QueryServer(sweeper, server);
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    sweeper.close();
  }
}
