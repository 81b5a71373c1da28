package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.aws.quota.WaitingCalls;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.config.OperatorConfig;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.ApiServerLimiter;
import io.ecsoperator.operator.engine.CachedObjects;
import io.ecsoperator.operator.engine.ChangeLatencyMetrics;
import io.ecsoperator.operator.engine.ConditionMetrics;
import io.ecsoperator.operator.engine.EndlessRetry;
import io.ecsoperator.operator.engine.Finalizer;
import io.ecsoperator.operator.engine.KindReconciler;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.engine.ReconcilerDependencies;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.RelevantUpdates;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.engine.WriteNotifyingEcs;
import io.ecsoperator.operator.http.StatusServer;
import io.ecsoperator.operator.http.StatusServer.Page;
import io.ecsoperator.operator.kinds.Kinds;
import io.ecsoperator.operator.kinds.cluster.ClusterReconciler;
import io.ecsoperator.operator.kinds.service.ServiceReconciler;
import io.ecsoperator.operator.kinds.task.TaskReconciler;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionReconciler;
import io.ecsoperator.operator.leader.Election;
import io.ecsoperator.operator.leader.Identity;
import io.ecsoperator.operator.leader.LeaderOnlyEcs;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.ecsoperator.operator.leader.LeaseElection;
import io.ecsoperator.operator.leader.NoElection;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ResolvedControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The operator, put together: everything that it starts it also stops. */
public final class EcsOperator implements AutoCloseable {
  private static final String FIELD_MANAGER = "ecs-operator";

  /** How long a thread waits for something to do. */
  private static final Duration IDLE_THREADS = Duration.ofSeconds(10);

  /** Longer than any call to AWS takes, so that none is cut off in the middle. */
  private static final Duration FOR_LOOKS_UNDER_WAY = Duration.ofSeconds(20);

  /** Longer than a settled object goes without a look. */
  private static final int RESYNCS_UNTIL_FORGOTTEN = 30;

  /** Nearly all of them wait for AWS; those that do not are bounded by the configuration. */
  private static final int LOOKS_AT_ONCE = 1000;

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
                    .withReconciliationTerminationTimeout(FOR_LOOKS_UNDER_WAY)
                    .withUseSSAToPatchPrimaryResource(true));
    Election election = election(config, kubernetes, clock);
    Gauge.builder("ecs.operator.leader", election, leadership -> leadership.held() ? 1 : 0)
        .description("1 while this replica leads, else 0")
        .strongReference(true)
        .register(metrics);
    LeadershipListener work = register(operator, election, config, kubernetes, ecs, metrics, clock);
    StatusServer metricsServer =
        StatusServer.start(
            config.host(),
            config.metricsPort(),
            Map.of(
                "/metrics",
                () -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape())));
    StatusServer healthServer =
        StatusServer.start(config.host(), config.healthPort(), healthPages(operator));
    operator.start();
    election.start(List.of(work));
    return new EcsOperator(
        operator, election, new JvmMetrics(metrics), executor, metricsServer, healthServer);
  }

  /** Its threads end when there is nothing to do: each holds on to its stack. */
  private static ExecutorService executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            LOOKS_AT_ONCE,
            LOOKS_AT_ONCE,
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

  /** Returns what begins and ends with leadership. */
  private static LeadershipListener register(
      Operator operator,
      Leadership leadership,
      OperatorConfig config,
      KubernetesClient kubernetes,
      Ecs client,
      PrometheusMeterRegistry metrics,
      Clock clock) {
    ChangeLatencyMetrics changes = new ChangeLatencyMetrics(metrics, leadership);
    CachedObjects objects = new CachedObjects();
    metrics.getPrometheusRegistry().register(new ConditionMetrics(objects, leadership));
    ReconcileTrigger trigger = new ReconcileTrigger(objects);
    QuotaEcs ecs =
        new QuotaEcs(
            new LeaderOnlyEcs(new WriteNotifyingEcs(client, changes::acts), leadership),
            config.quotas(),
            clock,
            new VirtualThreadScheduler("quota-"),
            trigger::enqueue,
            metrics);
    EcsCache cache =
        new EcsCache(
            new EcsCache.Dependencies(
                ecs, clock, new AwsResources(Kinds.awsResources()), trigger::enqueue, metrics),
            new EcsCache.Settings(
                config.batchWindow(),
                config.gracePeriod(),
                config.pollInterval(),
                config.resyncInterval(),
                config.resyncInterval().multipliedBy(RESYNCS_UNTIL_FORGOTTEN)));
    Timing timing =
        new Timing(
            config.pollInterval(),
            config.resyncInterval(),
            config.refusedInterval(),
            config.maxBackoff());
    ReconcilerDependencies environment =
        new ReconcilerDependencies(
            cache,
            new PlanExecutor(ecs, cache, clock),
            timing,
            clock,
            RandomGenerator.getDefault(),
            new ReconcileMetrics(metrics));
    References references = new References(objects);
    Ownership ownership =
        new Ownership(new Owner(config.ownerId().orElseGet(() -> uidOfKubeSystem(kubernetes))));
    // As long as it takes to see in ECS what has become of a call.
    StatusStore statuses =
        new StatusStore(
            kubernetes,
            new ObjectMapper(),
            leadership,
            clock,
            config.pollInterval().multipliedBy(3).dividedBy(2));
    Registration registration =
        new Registration(
            operator,
            config,
            environment,
            statuses,
            new EventRecorder(kubernetes, clock, leadership),
            objects,
            trigger,
            ecs,
            new ApiServerLimiter(config.threads()),
            leadership,
            changes);
    var taskDefinitions = new TaskDefinitionReconciler(objects, ownership, timing);
    registration.add(new ClusterReconciler(new Dependents(objects), ownership, timing));
    registration.add(taskDefinitions);
    registration.add(new ServiceReconciler(references, ownership, timing));
    registration.add(new TaskReconciler(references, ownership, timing));
    return new LeadershipListener() {
      @Override
      public void elected() {
        statuses.reset();
        taskDefinitions.reset();
        cache.start();
      }

      @Override
      public void started() {
        trigger.start();
        // Credentials that are not good show in the log before anybody needs them.
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

  private record Registration(
      Operator operator,
      OperatorConfig config,
      ReconcilerDependencies environment,
      StatusStore statuses,
      EventRecorder events,
      CachedObjects objects,
      ReconcileTrigger trigger,
      WaitingCalls waitingCalls,
      ApiServerLimiter requests,
      Leadership leadership,
      ChangeLatencyMetrics changes) {

    <R extends EcsResource<S>, S extends EcsStatus> void add(KindReconciler<R, S> kind) {
      Timing timing = environment.timing();
      var informer =
          InformerConfiguration.<R>builder(kind.type()).withOnUpdateFilter(new RelevantUpdates<>());
      if (!config.namespaces().isEmpty()) {
        informer.withNamespaces(Set.copyOf(config.namespaces()));
      }
      operator.register(
          new ResourceController<>(
              kind,
              new Reconciliation<>(kind, environment),
              statuses,
              events,
              objects,
              trigger,
              waitingCalls,
              requests,
              leadership,
              environment.metrics(),
              changes),
          new ResolvedControllerConfiguration<>(
              kind.type().getSimpleName().toLowerCase(Locale.ROOT),
              false,
              ResourceController.class.getCanonicalName(),
              new EndlessRetry(timing.maxBackoff(), environment.random()),
              null,
              // A net below our own timers: no object is ever left alone for longer.
              timing.refused().plus(timing.settled()),
              Finalizer.NAME,
              Map.of(),
              FIELD_MANAGER,
              operator.getConfigurationService(),
              informer.buildForController(),
              true,
              null));
    }
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
