package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.OutageEcs;
import io.ecsoperator.operator.aws.quota.QuotaEcs;
import io.ecsoperator.operator.aws.quota.QuotaSettings;
import io.ecsoperator.operator.cache.AwsResources;
import io.ecsoperator.operator.cache.EcsCache;
import io.ecsoperator.operator.cache.SimulatedCache;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.engine.ApiServerLimiter;
import io.ecsoperator.operator.engine.CachedObjects;
import io.ecsoperator.operator.engine.ChangeLatencyMetrics;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.PlanExecutor;
import io.ecsoperator.operator.engine.ReconcileMetrics;
import io.ecsoperator.operator.engine.ReconcileTrigger;
import io.ecsoperator.operator.engine.Reconciliation;
import io.ecsoperator.operator.engine.ReferenceCheck;
import io.ecsoperator.operator.engine.ResourceController;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.informer.InformerListener;
import io.ecsoperator.operator.kinds.Kinds;
import io.ecsoperator.operator.leader.Leadership;
import io.ecsoperator.operator.leader.LeadershipListener;
import io.ecsoperator.operator.status.EventRecorder;
import io.ecsoperator.operator.status.StatusStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.processing.retry.Retry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The operator's parts as {@link Assembly} builds them, without servers, on the clock and the
 * threads of a simulation.
 */
public final class SimulatedOperator {
  private static final Timing TIMING = TestKinds.TIMING;
  private static final Duration BATCH_WINDOW = Duration.ofMillis(30);
  private static final Duration REFERENCE_DELAY = Duration.ofSeconds(2);
  private static final int THREADS = 50;

  /**
   * What surrounds the operator.
   *
   * @param ecs sends calls to ECS
   */
  public record Surroundings(
      KubernetesClient kubernetes,
      Ecs ecs,
      Leadership leadership,
      Clock clock,
      RandomGenerator random,
      Executor threads,
      Scheduler scheduler,
      QuotaSettings quotas) {}

  private final Surroundings surroundings;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Reconciliation.Dependencies reconciler;
  private final ResourceController.Dependencies controller;
  private final List<Kind<?, ?, ?>> kinds;
  private final LeadershipListener leaderWork;
  private final InformerListener informerReports;

  public SimulatedOperator(Surroundings surroundings) {
    Clock clock = surroundings.clock();
    Scheduler scheduler = surroundings.scheduler();
    Leadership leadership = surroundings.leadership();
    KubernetesClient kubernetes = surroundings.kubernetes();
    this.surroundings = surroundings;

    CachedObjects objects = new CachedObjects();
    ReconcileTrigger trigger = new ReconcileTrigger(objects, scheduler);
    Consumer<ObjectKey> enqueue = trigger::enqueue;
    ChangeLatencyMetrics changes = new ChangeLatencyMetrics(metrics, leadership);
    QuotaEcs ecs =
        EcsClients.decorate(
            surroundings.ecs(),
            changes::callStarts,
            leadership,
            surroundings.quotas(),
            clock,
            scheduler,
            enqueue,
            metrics);
    this.kinds =
        Kinds.all(
            new Kind.Dependencies(
                objects, new Ownership(new Owner("k8s"), AdoptionSettings.of("off")), TIMING));
    Ecs healthy = new OutageEcs(ecs, clock, scheduler, trigger::enqueueAll);
    EcsCache cache =
        SimulatedCache.of(
            new EcsCache.Dependencies(
                healthy, clock, new AwsResources(Kinds.awsResources(kinds)), enqueue, metrics),
            new EcsCache.Settings(
                BATCH_WINDOW,
                TIMING.grace(),
                TIMING.poll(),
                TIMING.resync(),
                TIMING.resync().multipliedBy(30)),
            surroundings.random(),
            surroundings.threads(),
            scheduler);
    StatusStore statuses =
        new StatusStore(
            kubernetes,
            new ObjectMapper(),
            leadership,
            clock,
            TIMING.poll().multipliedBy(3).dividedBy(2));
    EventRecorder events = new EventRecorder(kubernetes, clock, leadership);
    this.informerReports =
        new InformerReports(
            statuses, objects, trigger, events, task -> scheduler.after(Duration.ZERO, task));
    this.reconciler =
        new Reconciliation.Dependencies(
            cache,
            new ReferenceCheck(objects, REFERENCE_DELAY, clock),
            new PlanExecutor(healthy, cache, clock, enqueue),
            TIMING,
            clock,
            surroundings.random(),
            new ReconcileMetrics(metrics));
    this.controller =
        new ResourceController.Dependencies(
            statuses,
            events,
            objects,
            trigger,
            ecs,
            new ApiServerLimiter(THREADS),
            leadership,
            reconciler.metrics(),
            changes);
    this.leaderWork = new LeaderWork(statuses, kinds, cache, trigger, ecs, surroundings.threads());
  }

  /** The JSON of Kubernetes objects, for all operators. */
  public static KubernetesSerialization serialization() {
    KubernetesSerialization serialization = KubernetesClients.serialization();
    TestKinds.all().forEach(kind -> serialization.registerKubernetesResource(kind.type()));
    return serialization;
  }

  public List<Kind<?, ?, ?>> kinds() {
    return kinds;
  }

  public <R extends EcsResource<S>, S extends EcsStatus, O> ResourceController<R, S> controller(
      Kind<R, S, O> kind) {
    return new ResourceController<>(
        kind, new Reconciliation<>(kind, reconciler), controller, Policies.Deletion.DELETE);
  }

  public static Retry retry() {
    return Controllers.retry(TIMING.maxBackoff());
  }

  /** The longest time between two reconciles of an object. */
  public static Duration longestPause() {
    return TIMING.refused().plus(TIMING.converged());
  }

  public MeterRegistry metrics() {
    return metrics;
  }

  public KubernetesClient kubernetes() {
    return surroundings.kubernetes();
  }

  public LeadershipListener leaderWork() {
    return leaderWork;
  }

  public InformerListener informerReports() {
    return informerReports;
  }
}
