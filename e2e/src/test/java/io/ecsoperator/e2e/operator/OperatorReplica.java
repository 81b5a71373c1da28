package io.ecsoperator.e2e.operator;

import io.ecsoperator.localecs.LocalEcs;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.operator.config.OperatorConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import software.amazon.awssdk.regions.Region;

/**
 * One of several replicas of the operator. It has its own connection to the API server, and its
 * name as access key, by which ECS's call log identifies it.
 */
final class OperatorReplica implements AutoCloseable {
  private final String name;
  private final LocalEcs ecs;
  private final NetworkLink toKubernetes;
  private final WriteLog kubernetesWrites = new WriteLog();
  private final KubernetesClient kubernetes;
  private final RunningOperator running;
  private boolean stopped;

  OperatorReplica(String name, OperatorConfig config, Config toApiServer, LocalEcs ecs) {
    this.name = name;
    this.ecs = ecs;
    this.toKubernetes = new NetworkLink(URI.create(toApiServer.getMasterUrl()));
    toApiServer.setMasterUrl(toKubernetes.url().toString());
    this.kubernetes = TestBed.operatorClient(toApiServer, kubernetesWrites);
    this.running =
        RunningOperator.start(
            config, kubernetes, ecs, name, Region.of(TestBed.REGION), Clock.systemUTC());
  }

  String name() {
    return name;
  }

  /** The connection to the API server. */
  NetworkLink toKubernetes() {
    return toKubernetes;
  }

  /** Its calls to ECS after number {@code sequence}, oldest first. */
  List<Call> callsSince(long sequence) {
    return ecs.calls().after(sequence).stream().filter(this::isCaller).toList();
  }

  boolean isCaller(Call call) {
    return call.caller().accessKey().filter(name::equals).isPresent();
  }

  /** Its writes to the API server, except those to the Lease. */
  List<String> kubernetesWrites() {
    return kubernetesWrites.writes().stream().filter(write -> !write.contains("/leases")).toList();
  }

  /** Whether its metrics say that it leads. */
  boolean leads() {
    return get(running.operator().metricsPort(), "/metrics")
        .body()
        .lines()
        .anyMatch(line -> line.equals("ecs_operator_leader 1.0"));
  }

  boolean isReady() {
    return get(running.operator().healthPort(), "/readyz").statusCode() == 200;
  }

  String metrics() {
    return get(running.operator().metricsPort(), "/metrics").body();
  }

  private static HttpResponse<String> get(int port, String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops it gracefully. */
  void stop() {
    if (!stopped) {
      stopped = true;
      running.close();
    }
  }

  @Override
  public void close() {
    toKubernetes.restore();
    stop();
    kubernetes.close();
    toKubernetes.close();
  }
}
