package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.MessageQueue;
import io.ecsoperator.operator.aws.OutageEcs;
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
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.MetadataCloner;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.events.EventIntake;
import io.ecsoperator.operator.fleet.Fleet;
import io.ecsoperator.operator.fleet.FleetChanges;
import io.ecsoperator.operator.fleet.FleetSweeper;
import io.ecsoperator.operator.http.StatusServer;
import io.ecsoperator.operator.http.StatusServer.Page;
import io.ecsoperator.operator.informer.Informers;
import io.ecsoperator.operator.kinds.Kinds;
import io.ecsoperator.operator.leader.Election;
import io.ecsoperator.operator.leader.Identity;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.LeaseElection;
import io.ecsoperator.operator.leader.NoElection;
import io.ecsoperator.operator.query.CachedReviews;
import io.ecsoperator.operator.query.KubernetesReviews;
import io.ecsoperator.operator.query.QueryServer;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.MDC;

/** Builds the parts of the operator from its configuration, in the order of the data's way. */
record Assembly(
    OperatorConfig config,
    KubernetesClient kubernetes,
    Ecs client,
    Optional<MessageQueue> events,
    PrometheusMeterRegistry metrics,
    Clock clock) {
  /** What JOSDK says of the object to the log while it submits a reconcile. */
  private static final String SUBMITTED_NAMESPACE = "resource.namespace";

  /** Longer than any call to AWS takes, so that none is cut off in the middle. */
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

  /** Longer than a converged object goes without a reconcile. */
  private static final int WATCH_EXPIRY_RESYNCS = 30;

  /** Nearly all of them wait for AWS; {@link ApiServerLimiter} bounds the others. */
  private static final int MAX_CONCURRENT_RECONCILES = 1000;

  // JOSDK and leadership

  FairExecutor executor() {
    return new FairExecutor(
        MAX_CONCURRENT_RECONCILES,
        () -> Objects.requireNonNullElse(MDC.get(SUBMITTED_NAMESPACE), ""),
        Thread.ofVirtual().name("reconcile-", 0).factory(),
        System::nanoTime);
  }

  Operator operator(ExecutorService executor, Informers informers) {
    return new Operator(
        overrider ->
            overrider
                .withKubernetesClient(informers.client(kubernetes))
                .withResourceCloner(new MetadataCloner())
                .withCloseClientOnStop(false)
                .withExecutorService(executor)
                .withReconciliationTerminationTimeout(SHUTDOWN_TIMEOUT)
                .withUseSSAToPatchPrimaryResource(true));
  }

  Election election() {
    Election election =
        config
            .lease()
            .<Election>map(
                lease ->
                    LeaseElection.in(
                        kubernetes,
                        Identity.of(System.getenv(), RandomGenerator.getDefault()),
                        lease,
                        clock))
            .orElseGet(NoElection::new);
    Gauge.builder("ecs.operator.leader", election, leadership -> leadership.held() ? 1 : 0)
        .description("1 while this replica leads, else 0")
        .strongReference(true)
        .register(metrics);
    return election;
  }

  // Observe

  InformerReports informerReports(
      Leadership leadership,
      StatusStore statuses,
      CachedObjects objects,
      ReconcileTrigger trigger) {
    return new InformerReports(
        statuses,
        objects,
        trigger,
        new EventRecorder(kubernetes, clock, leadership),
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("unreadable").factory()));
  }

  Informers informers(InformerReports reports) {
    Informers informers = new Informers(clock, metrics, RandomGenerator.getDefault(), reports);
    metrics.getPrometheusRegistry().register(informers.unreadable());
    return informers;
  }

  CachedObjects cachedObjects(Leadership leadership) {
    CachedObjects objects = new CachedObjects();
    metrics.getPrometheusRegistry().register(new ConditionMetrics(objects, leadership));
    return objects;
  }

  QuotaEcs ecs(Leadership leadership, ReconcileTrigger trigger, ChangeLatencyMetrics changes) {
    return EcsClients.decorate(
        client,
        changes::callStarts,
        leadership,
        config.quotas(),
        clock,
        new VirtualThreadScheduler("quota-"),
        trigger::enqueue,
        metrics);
  }

  /** Outside the quotas: a call that is not sent because ECS is away takes no token. */
  Ecs health(Ecs ecs, ReconcileTrigger trigger) {
    return new OutageEcs(ecs, clock, new VirtualThreadScheduler("probe-"), trigger::enqueueAll);
  }

  EcsCache cache(Ecs ecs, List<Kind<?, ?, ?>> kinds, ReconcileTrigger trigger) {
    return new EcsCache(
        new EcsCache.Dependencies(
            ecs, clock, new AwsResources(Kinds.awsResources(kinds)), trigger::enqueue, metrics),
        new EcsCache.Settings(
            config.reads().batchWindow(),
            config.reads().gracePeriod(),
            config.intervals().poll(),
            config.intervals().resync(),
            config.intervals().resync().multipliedBy(WATCH_EXPIRY_RESYNCS)));
  }

  Optional<EventIntake> events(EcsCache cache) {
    return events.map(
        queue ->
            new EventIntake(
                queue,
                cache,
                cache::location,
                clock,
                new VirtualThreadScheduler("events-"),
                metrics));
  }

  // Plan

  List<Kind<?, ?, ?>> kinds(CachedObjects objects) {
    return Kinds.all(
        new Kind.Dependencies(
            objects, new Ownership(owner(), config.ownership().adoption()), timing()));
  }

  private Owner owner() {
    return new Owner(config.ownership().ownerId().orElseGet(this::uidOfKubeSystem));
  }

  private Timing timing() {
    return new Timing(
        config.intervals().poll(),
        config.intervals().resync(),
        config.intervals().refused(),
        config.intervals().maxBackoff(),
        config.reads().gracePeriod());
  }

  /** Unique to a Kubernetes cluster, and the same for as long as it lives. */
  private String uidOfKubeSystem() {
    Namespace kubeSystem = kubernetes.namespaces().withName("kube-system").get();
    if (kubeSystem == null) {
      throw new IllegalStateException(
          "There is no namespace kube-system to name this installation after: set --owner-id.");
    }
    return kubeSystem.getMetadata().getUid();
  }

  // Execute

  Reconciliation.Dependencies reconciler(
      EcsCache cache, CachedObjects objects, Ecs ecs, ReconcileTrigger trigger) {
    return new Reconciliation.Dependencies(
        cache,
        new ReferenceCheck(objects, config.intervals().referenceDelay(), clock),
        new PlanExecutor(ecs, cache, clock, trigger::enqueue),
        timing(),
        clock,
        RandomGenerator.getDefault(),
        new ReconcileMetrics(metrics));
  }

  // Query

  /** The query API, if it is on. Its reads have quota of their own, so that no reconcile waits. */
  Optional<QueryServer> query(CachedObjects objects) {
    return config
        .servers()
        .query()
        .map(
            settings -> {
              Fleet fleet = new Fleet(Owner.TAG, FleetChanges.begunAt(clock.instant()));
              FleetSweeper.Scope scope =
                  new FleetSweeper.Scope(() -> arns(objects), settings.allClusters());
              return QueryServer.start(
                  config.servers().host(),
                  settings.port(),
                  new QueryServer.Sources(
                      fleet,
                      objects,
                      owner(),
                      new CachedReviews(new KubernetesReviews(kubernetes), clock)),
                  new FleetSweeper(
                      EcsClients.forQueries(client, config.quotas(), clock),
                      fleet,
                      scope,
                      clock,
                      new VirtualThreadScheduler("fleet-"),
                      config.intervals().resync()),
                  metrics,
                  clock);
            });
  }

  private static Stream<String> arns(CachedObjects objects) {
    return objects
        .all()
        .flatMap(object -> Stream.ofNullable(object.getStatus()))
        .flatMap(status -> Stream.ofNullable(status.common().arn()));
  }

  // Report

  StatusStore statuses(Leadership leadership) {
    Duration longestDeferral = config.intervals().poll().multipliedBy(3).dividedBy(2);
    return new StatusStore(kubernetes, new ObjectMapper(), leadership, clock, longestDeferral);
  }

  ResourceController.Dependencies controller(
      Leadership leadership,
      StatusStore statuses,
      CachedObjects objects,
      ReconcileTrigger trigger,
      QuotaEcs ecs,
      ReconcileMetrics reconcileMetrics,
      ChangeLatencyMetrics changes) {
    return new ResourceController.Dependencies(
        statuses,
        new EventRecorder(kubernetes, clock, leadership),
        objects,
        trigger,
        ecs,
        new ApiServerLimiter(config.threads()),
        leadership,
        reconcileMetrics,
        changes);
  }

  StatusServer metricsServer() {
    return StatusServer.start(
        config.servers().host(),
        config.servers().metricsPort(),
        Map.of(
            "/metrics",
            () -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape())));
  }

  StatusServer healthServer(Probes probes) {
    return StatusServer.start(
        config.servers().host(), config.servers().healthPort(), healthPages(probes));
  }

  private static Map<String, Supplier<Page>> healthPages(Probes probes) {
    return Map.of("/healthz", probes::live, "/livez", probes::live, "/readyz", probes::ready);
  }
}
