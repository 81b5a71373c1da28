package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.ApiServerLimiter;
import io.ecsoperator.operator.engine.CachedObjects;
import io.ecsoperator.operator.engine.ChangeLatencyMetrics;
import io.ecsoperator.operator.engine.ConditionMetrics;
import io.ecsoperator.operator.engine.ControllerDependencies;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.KindDependencies;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.engine.ReconcilerDependencies;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.http.StatusServer;
import io.ecsoperator.operator.http.StatusServer.Page;
import io.ecsoperator.operator.kinds.Kinds;
import io.ecsoperator.operator.leader.Election;
import io.ecsoperator.operator.leader.Identity;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.ecsoperator.operator.leader.LeaseElection;
import io.ecsoperator.operator.leader.NoElection;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The operator, put together: everything that it starts it also stops. */
public final class EcsOperator implements AutoCloseable {
  /** After this time an idle thread ends. */
  private static final Duration IDLE_THREADS = Duration.ofSeconds(10);

  /** Longer than any call to AWS takes, so that none is cut off in the middle. */
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

  /** Longer than a converged object goes without a reconcile. */
  private static final int WATCH_EXPIRY_RESYNCS = 30;

  /** Nearly all of them wait for AWS; {@link ApiServerLimiter} bounds the others. */
  private static final int MAX_CONCURRENT_RECONCILES = 1000;

  private final Operator operator;
  private final Election election;
  private final JvmMetrics jvmMetrics;
  private final ExecutorService executor;
  private final StatusServer metricsServer;
  private final StatusServer healthServer;

  private EcsOperator(
      Operator operator,
      Election election,
      JvmMetrics jvmMetrics,
      ExecutorService executor,
      StatusServer metricsServer,
      StatusServer healthServer) {
    this.operator = operator;
    this.election = election;
    this.jvmMetrics = jvmMetrics;
    this.executor = executor;
    this.metricsServer = metricsServer;
    this.healthServer = healthServer;
  }

  /**
   * Starts the operator; returns once its caches are filled and it takes part in the election. It
   * reconciles while it leads.
   */
  public static EcsOperator start(
      OperatorConfig config,
      KubernetesClient kubernetes,
      Ecs ecs,
      PrometheusMeterRegistry metrics,
      Clock clock) {
    ExecutorService executor = executor();
    Operator operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(kubernetes)
                    .withCloseClientOnStop(false)
                    .withExecutorService(executor)
                    .withReconciliationTerminationTimeout(SHUTDOWN_TIMEOUT)
                    .withUseSSAToPatchPrimaryResource(true));
    Election election = election(config, kubernetes, clock);
    Gauge.builder("ecs.operator.leader", election, leadership -> leadership.held() ? 1 : 0)
        .description("1 while this replica leads, else 0")
        .strongReference(true)
        .register(metrics);
    LeadershipListener work = assemble(operator, election, config, kubernetes, ecs, metrics, clock);
    StatusServer metricsServer =
        StatusServer.start(
            config.servers().host(),
            config.servers().metricsPort(),
            Map.of(
                "/metrics",
                () -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape())));
    StatusServer healthServer =
        StatusServer.start(
            config.servers().host(), config.servers().healthPort(), healthPages(operator));
    operator.start();
    election.start(List.of(work));
    return new EcsOperator(
        operator, election, new JvmMetrics(metrics), executor, metricsServer, healthServer);
  }

  /** Its threads end when there is nothing to do: each holds on to its stack. */
  private static ExecutorService executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            MAX_CONCURRENT_RECONCILES,
            MAX_CONCURRENT_RECONCILES,
            IDLE_THREADS.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofVirtual().name("reconcile-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static Election election(
      OperatorConfig config, KubernetesClient kubernetes, Clock clock) {
    return config
        .lease()
        .<Election>map(
            lease ->
                LeaseElection.in(
                    kubernetes,
                    Identity.of(System.getenv(), RandomGenerator.getDefault()),
                    lease,
                    clock))
        .orElseGet(NoElection::new);
  }

  /**
   * Puts the parts together that reconcile: clients, cache, kinds, controllers.
   *
   * @return what begins and ends with leadership
   */
  private static LeadershipListener assemble(
      Operator operator,
      Leadership leadership,
      OperatorConfig config,
      KubernetesClient kubernetes,
      Ecs client,
      PrometheusMeterRegistry metrics,
      Clock clock) {
    // Kubernetes: caches of the custom resources, and what enqueues them.
    CachedObjects objects = new CachedObjects();
    ReconcileTrigger trigger = new ReconcileTrigger(objects);
    ChangeLatencyMetrics changes = new ChangeLatencyMetrics(metrics, leadership);
    metrics.getPrometheusRegistry().register(new ConditionMetrics(objects, leadership));

    // ECS: a call waits for quota first, then leadership is checked, then it is sent.
    QuotaEcs ecs =
        EcsClients.decorate(
            client, changes::acts, leadership, config.quotas(), clock, trigger::enqueue, metrics);

    // Kinds.
    Timing timing =
        new Timing(
            config.intervals().poll(),
            config.intervals().resync(),
            config.intervals().refused(),
            config.intervals().maxBackoff());
    Owner owner = new Owner(config.ownerId().orElseGet(() -> uidOfKubeSystem(kubernetes)));
    List<Kind<?, ?, ?>> kinds =
        Kinds.all(new KindDependencies(objects, new Ownership(owner), timing));

    // The cache of ECS; the kinds declare what they read and write.
    EcsCache cache =
        new EcsCache(
            new EcsCache.Dependencies(
                ecs, clock, new AwsResources(Kinds.awsResources(kinds)), trigger::enqueue, metrics),
            new EcsCache.Settings(
                config.reads().batchWindow(),
                config.reads().gracePeriod(),
                config.intervals().poll(),
                config.intervals().resync(),
                config.intervals().resync().multipliedBy(WATCH_EXPIRY_RESYNCS)));

    // Controllers: one for each kind.
    StatusStore statuses =
        new StatusStore(
            kubernetes,
            new ObjectMapper(),
            leadership,
            clock,
            config.intervals().poll().multipliedBy(3).dividedBy(2));
    ReconcileMetrics reconcileMetrics = new ReconcileMetrics(metrics);
    Controllers controllers =
        new Controllers(
            operator,
            kubernetes,
            config,
            new ReconcilerDependencies(
                cache,
                new PlanExecutor(ecs, cache, clock),
                timing,
                clock,
                RandomGenerator.getDefault(),
                reconcileMetrics),
            new ControllerDependencies(
                statuses,
                new EventRecorder(kubernetes, clock, leadership),
                objects,
                trigger,
                ecs,
                new ApiServerLimiter(config.threads()),
                leadership,
                reconcileMetrics,
                changes));
    kinds.forEach(controllers::register);

    return new LeadershipListener() {
      @Override
      public void elected() {
        statuses.reset();
        kinds.forEach(Kind::reset);
        cache.start();
      }

      @Override
      public void started() {
        trigger.start();
        // Wrong credentials show in the log before an object needs them.
        CompletableFuture.runAsync(cache::location, Thread::startVirtualThread);
      }

      @Override
      public void stopped() {
        trigger.stop();
        ecs.interruptAll();
        cache.stop();
      }
    };
  }

  private static Map<String, Supplier<Page>> healthPages(Operator operator) {
    return Map.of(
        "/healthz", () -> Page.text(200, "ok"),
        "/readyz",
            () ->
                operator.getRuntimeInfo().isStarted()
                    ? Page.text(200, "ok")
                    : Page.text(503, "The caches are not filled yet."));
  }

  /** Unique to a Kubernetes cluster, and the same for as long as it lives. */
  private static String uidOfKubeSystem(KubernetesClient kubernetes) {
    Namespace kubeSystem = kubernetes.namespaces().withName("kube-system").get();
    if (kubeSystem == null) {
      throw new IllegalStateException(
          "There is no namespace kube-system to name this installation after: set --owner-id.");
    }
    return kubeSystem.getMetadata().getUid();
  }

  public int metricsPort() {
    return metricsServer.port();
  }

  public int healthPort() {
    return healthServer.port();
  }

  /** Ends what is under way, and only then lets another replica lead. */
  @Override
  public void close() {
    election.resign();
    operator.stop();
    executor.shutdownNow();
    election.close();
    healthServer.close();
    metricsServer.close();
    jvmMetrics.close();
  }
}
