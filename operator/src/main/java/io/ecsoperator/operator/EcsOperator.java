package io.ecsoperator.operator;

import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.MessageQueue;
import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.engine.CachedObjects;
import io.ecsoperator.operator.engine.ChangeLatencyMetrics;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.events.EventIntake;
import io.ecsoperator.operator.http.StatusServer;
import io.ecsoperator.operator.informer.Informers;
import io.ecsoperator.operator.leader.Election;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.ecsoperator.operator.query.QueryServer;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;

/** The operator while it runs: everything that it starts it also stops. */
public final class EcsOperator implements AutoCloseable {
  private final Operator operator;
  private final Election election;
  private final JvmMetrics jvmMetrics;
  private final ExecutorService executor;
  private final StatusServer metricsServer;
  private final StatusServer healthServer;
  private final Optional<QueryServer> query;

  private EcsOperator(
      Operator operator,
      Election election,
      JvmMetrics jvmMetrics,
      ExecutorService executor,
      StatusServer metricsServer,
      StatusServer healthServer,
      Optional<QueryServer> query) {
    this.operator = operator;
    this.election = election;
    this.jvmMetrics = jvmMetrics;
    this.executor = executor;
    this.metricsServer = metricsServer;
    this.healthServer = healthServer;
    this.query = query;
  }

  /**
   * Starts the operator; returns once its caches are filled and it takes part in the election. It
   * reconciles while it leads.
   *
   * @param eventsQueue with ECS's events; empty if sweeps alone find changes in ECS
   */
  public static EcsOperator start(
      OperatorConfig config,
      KubernetesClient kubernetes,
      Ecs client,
      Optional<MessageQueue> eventsQueue,
      PrometheusMeterRegistry metrics,
      Clock clock) {
    Assembly assembly = new Assembly(config, kubernetes, client, eventsQueue, metrics, clock);
    FairExecutor executor = assembly.executor();
    Election election = assembly.election();

    CachedObjects objects = assembly.cachedObjects(election);
    ReconcileTrigger trigger =
        new ReconcileTrigger(objects, new VirtualThreadScheduler("successor-"));
    ChangeLatencyMetrics changes = new ChangeLatencyMetrics(metrics, election);
    QuotaEcs ecs = assembly.ecs(election, trigger, changes);
    List<Kind<?, ?, ?>> kinds = assembly.kinds(objects);
    Ecs healthy = assembly.health(ecs, trigger);
    EcsCache cache = assembly.cache(healthy, kinds, trigger);
    Optional<EventIntake> events = assembly.events(cache);
    StatusStore statuses = assembly.statuses(election);
    InformerReports informerReports =
        assembly.informerReports(election, statuses, objects, trigger);
    Informers informers = assembly.informers(informerReports);
    Operator operator = assembly.operator(executor, informers);

    Reconciliation.Dependencies reconciler = assembly.reconciler(cache, objects, healthy, trigger);
    Controllers controllers =
        new Controllers(
            operator,
            kubernetes,
            config,
            reconciler,
            assembly.controller(
                election, statuses, objects, trigger, ecs, reconciler.metrics(), changes));
    kinds.forEach(controllers::register);

    StatusServer metricsServer = assembly.metricsServer();
    InstalledCrds crds = InstalledCrds.of(kubernetes, kinds);
    StatusServer healthServer =
        assembly.healthServer(new Probes(operator, informers, election, executor, events, crds));
    crds.await();
    operator.start();
    List<LeadershipListener> led = new ArrayList<>();
    led.add(new LeaderWork(statuses, kinds, cache, trigger, ecs, Thread::startVirtualThread));
    led.add(new UnreadableObjectEvents(informers.unreadable(), informerReports));
    events.ifPresent(led::add);
    Optional<QueryServer> query = assembly.query(objects);
    election.start(led);
    return new EcsOperator(
        operator, election, new JvmMetrics(metrics), executor, metricsServer, healthServer, query);
  }

  public int metricsPort() {
    return metricsServer.port();
  }

  public int healthPort() {
    return healthServer.port();
  }

  /** The port of the query API; empty if it is off. */
  public OptionalInt queryPort() {
    return query.map(server -> OptionalInt.of(server.port())).orElseGet(OptionalInt::empty);
  }

  /** Ends what is under way, and only then lets another replica lead. */
  @Override
  public void close() {
    query.ifPresent(QueryServer::close);
    election.resign();
    operator.stop();
    executor.shutdownNow();
    election.close();
    healthServer.close();
    metricsServer.close();
    jvmMetrics.close();
  }
}
