package io.ecsoperator.operator.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.model.ApiRequest;
import io.ecsoperator.controlplane.model.ApiResponse;
import io.ecsoperator.controlplane.model.ModelHttpClient;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.SimulatedOperator;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.informer.SimulatedInformer;
import io.ecsoperator.operator.leader.SimulatedElection;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.Random;

/** One process of the operator, from its start until it is killed. */
final class SimulatedReplica {

  /** What all replicas share. */
  record Surroundings(
      SimulatedThreads threads,
      SimulatedApiServer apiServer,
      EcsWorld ecs,
      Faults faults,
      KubernetesSerialization serialization,
      EventLog log) {}

  /** In the log, before an object that is skipped. */
  static final String UNREADABLE = "cannot read";

  private final Surroundings surroundings;
  private final SimulatedThreads.Process process;
  private final String name;
  private final SimulatedElection election;
  private final SimulatedOperator operator;
  private final Runnable onCrash;

  /**
   * @param onCrash runs when a fault has killed this process
   */
  SimulatedReplica(Surroundings surroundings, String name, long seed, Runnable onCrash) {
    this.surroundings = surroundings;
    this.name = name;
    this.onCrash = onCrash;
    this.process = surroundings.threads().process(name);
    KubernetesClient kubernetes =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                    .withMasterUrl("http://api-server/")
                    .build())
            .withHttpClientFactory(ModelHttpClient.factory(this::api))
            .withKubernetesSerialization(surroundings.serialization())
            .build();
    SimulatedThreads threads = surroundings.threads();
    this.election = new SimulatedElection(kubernetes, name, threads, threads::nanoTime);
    this.operator =
        new SimulatedOperator(
            new SimulatedOperator.Surroundings(
                kubernetes,
                new NetworkEcs(),
                election,
                threads,
                new Random(seed),
                process,
                process,
                QuotaSettings.off()));
    operator.kinds().forEach(this::watch);
    election.begin(operator.leaderWork());
    process.execute(this::elect);
  }

  private <R extends EcsResource<S>, S extends EcsStatus, O> void watch(Kind<R, S, O> kind) {
    SimulatedInformer<R> informer =
        new SimulatedInformer<>(
            kind.type(),
            surroundings.serialization(),
            process,
            skipped -> surroundings.log().add("%s " + UNREADABLE + " %s", name, skipped));
    new SimulatedController<>(process, operator, kind, informer);
    new SimulatedWatch<>(
            surroundings.threads(),
            process,
            surroundings.apiServer(),
            EcsResource.GROUP + "/" + EcsResource.VERSION + "/" + kind.name().toLowerCase() + "s",
            informer,
            operator.informerReports(),
            surroundings.faults())
        .open();
  }

  private void elect() {
    boolean led = election.held();
    var pause = election.step();
    if (election.held() != led) {
      surroundings.log().add("%s %s", name, led ? "no longer leads" : "leads");
    }
    process.after(pause, this::elect);
  }

  MeterRegistry metrics() {
    return operator.metrics();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean leads() {
    return process.isAlive() && election.held();
  }

  void kill(String why) {
    if (process.isAlive()) {
      surroundings.log().add("%s killed %s", name, why);
      process.kill();
      onCrash.run();
    }
  }

  /** A request to the API server, with what may happen to it. */
  private ApiResponse api(ApiRequest request) throws IOException {
    Faults faults = surroundings.faults();
    boolean lease = request.segments().contains("leases");
    boolean writes = !request.isRead() && !lease;
    if (writes && faults.crashes()) {
      kill("before " + request);
    }
    boolean conflict = writes && request.method().equals("PATCH") && faults.apiConflict();
    boolean lost = writes && faults.apiLoss();
    boolean crash = writes && faults.crashes();
    ApiResponse response =
        process.call(
            faults.apiWay(),
            () -> {
              ApiResponse answer =
                  conflict
                      ? ApiResponse.refused(409, "Conflict", "injected")
                      : surroundings.apiServer().handle(request);
              if (writes) {
                surroundings
                    .log()
                    .add(
                        "%s %s %s%s: %s",
                        name, request, request.body(), lost ? " lost" : "", answer.code());
              }
              if (crash) {
                kill("after " + request);
              }
              return answer;
            });
    if (lost) {
      throw new IOException("Connection reset");
    }
    return response;
  }

  /** Calls to ECS, with what may happen to them. */
  private final class NetworkEcs implements Ecs {
    @Override
    public Response read(String operation, ObjectNode request, CallContext callContext) {
      Faults faults = surroundings.faults();
      return process.call(
          faults.ecsWay(),
          () -> surroundings.ecs().read(operation, request, callContext, faults.ofRead()));
    }

    @Override
    public Response write(String operation, ObjectNode request, CallContext callContext) {
      Faults faults = surroundings.faults();
      if (faults.crashes()) {
        kill("before " + operation);
      }
      return process.call(
          faults.ecsWay(),
          () -> {
            EcsFault fault = faults.ofWrite();
            boolean crash = faults.crashes();
            try {
              Response response = surroundings.ecs().write(operation, request, callContext, fault);
              surroundings.log().add("%s %s %s: done", name, operation, request);
              return response;
            } catch (AwsFailure failure) {
              surroundings
                  .log()
                  .add("%s %s %s: %s %s", name, operation, request, fault, failure.code());
              throw failure;
            } finally {
              if (crash) {
                kill("after " + operation);
              }
            }
          });
    }

    @Override
    public String region() {
      return surroundings.ecs().region();
    }
  }
}
