package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.VirtualThreadScheduler;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.AwsLocation;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.DescribeBatcher.Absence;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of ECS in one account and region: readings, kept, shared, and read again while
 * somebody wants to know. Safe for many threads.
 */
public final class EcsCache implements EcsReaders, WriteListener {
  private static final Object NOT_SWEEPING = new Object();

  /**
   * @param window how long a describe waits for others to join
   * @param grace how long a write's answer stands against reads that do not show it; ECS is
   *     eventually consistent
   * @param follow how often what ECS is changing is read
   * @param sweep in which time everything that somebody asked for is read once
   * @param forgetAfter how long something is kept that nobody asks for
   */
  public record Settings(
      Duration window, Duration grace, Duration follow, Duration sweep, Duration forgetAfter) {
    public static Settings defaults() {
      return new Settings(
          Duration.ofMillis(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMinutes(30));
    }

    /** An age that is only reached when sweeps fail. */
    public Duration staleAfter() {
      return sweep.multipliedBy(2);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(EcsCache.class);

  private final Ecs ecs;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Consumer<ObjectKey> enqueue;
  private final Settings settings;
  private final ResourceKeys keys;
  private final WriteEffects effects;
  private final Watches watches;
  private final ObservationStore store;
  private final DescribeBatcher batcher;
  private final ActiveRevisions activeRevisions;
  private final Backoff backoff;
  private final CallerIdentity callerIdentity;
  private final Sweeper sweeper;
  private final ListRefresher listRefresher;
  private final ListChecks listChecks;
  private final RevisionListCheck revisionListCheck;
  private final AtomicReference<Object> sweeping = new AtomicReference<>(NOT_SWEEPING);

  /**
   * A replica that calls ECS on virtual threads.
   *
   * @param wake is told which object asked for something that has changed
   */
  public EcsCache(
      Ecs ecs, Clock clock, Settings settings, Consumer<ObjectKey> enqueue, MeterRegistry metrics) {
    this(
        ecs,
        clock,
        settings,
        enqueue,
        metrics,
        RandomGenerator.getDefault(),
        virtualThreads(),
        new VirtualThreadScheduler("describe-later-"));
  }

  EcsCache(
      Ecs ecs,
      Clock clock,
      Settings settings,
      Consumer<ObjectKey> enqueue,
      MeterRegistry metrics,
      RandomGenerator random,
      Executor executor,
      Scheduler scheduler) {
    LogicalClock logicalClock = new LogicalClock(clock);
    this.ecs = ecs;
    this.clock = clock;
    this.scheduler = scheduler;
    this.enqueue = enqueue;
    this.settings = settings;
    this.keys = new ResourceKeys(ecs.region());
    this.effects = new WriteEffects(keys);
    this.watches = new Watches(settings.forgetAfter());
    this.store = new ObservationStore(clock, logicalClock, settings.grace());
    this.batcher =
        new DescribeBatcher(ecs, logicalClock, scheduler, executor, settings.window(), metrics);
    this.activeRevisions =
        new ActiveRevisions(ecs, clock, logicalClock, () -> watches.count(Kind.TASK_DEFINITION));
    this.backoff = new Backoff(random);
    this.callerIdentity = new CallerIdentity(ecs, clock);
    this.sweeper =
        new Sweeper(
            store,
            watches,
            (key, priority) -> read(key, Freshness.NOW, CallContext.of(priority)),
            clock,
            random,
            metrics,
            settings.follow(),
            settings.sweep());
    this.listRefresher =
        new ListRefresher(ecs, clock, logicalClock, executor, this::registers, settings.sweep());
    this.listChecks = new ListChecks(watches, this::missing);
    this.revisionListCheck = new RevisionListCheck(activeRevisions, watches, this::vanished);
    new CacheMetrics(store, clock).bindTo(metrics);
    new UnmanagedResourcesMetric(listChecks, revisionListCheck).bindTo(metrics);
  }

  private static Executor virtualThreads() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("describe-", 0).factory());
  }

  /**
   * Begins to read again, on its own, what was asked for. Nothing read so far counts any more:
   * another process may have written in the meantime.
   */
  public void start() {
    reset();
    Object run = new Object();
    sweeping.set(run);
    sweepLater(run);
  }

  /** Reads nothing more on its own. */
  public void stop() {
    sweeping.set(NOT_SWEEPING);
    listChecks.reset();
    revisionListCheck.reset();
  }

  @Override
  public EcsReader readerFor(CallContext callContext) {
    return new ContextReader(callContext, Absence.TOLD_ALONE);
  }

  @Override
  public Optional<AwsLocation> location() {
    return callerIdentity.location();
  }

  @Override
  public void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {
    List<ExpectedState> shown = effects.of(operation, request, answer);
    shown.stream()
        .filter(effect -> store.wrote(effect, startedAt))
        .forEach(effect -> enqueueWatchers(effect.key(), Optional.of(by)));
    effects.touched(operation, request).stream()
        .filter(key -> shown.stream().noneMatch(effect -> effect.key().equals(key)))
        .forEach(store::doubt);
  }

  @Override
  public void failed(String operation, ObjectNode request) {
    effects.touched(operation, request).forEach(store::doubt);
  }

  @Override
  public void forget(ObjectKey object) {
    watches.forget(object);
  }

  /** Nothing read so far counts any more. */
  void reset() {
    watches.clear();
    activeRevisions.reset();
    listChecks.reset();
    revisionListCheck.reset();
    listRefresher.reset();
    store.doubtAll();
  }

  /** A list of revisions is renewed only where somebody has once asked for one. */
  private List<RefreshedList> registers() {
    List<RefreshedList> all = new ArrayList<>(listChecks.registers());
    if (activeRevisions.last().isPresent() && watches.count(Kind.TASK_DEFINITION) > 0) {
      all.add(activeRevisions);
    }
    return all;
  }

  private void sweepLater(Object run) {
    scheduler.after(sweeper.tick(), () -> sweep(run));
  }

  private void sweep(Object run) {
    if (sweeping.get() != run) {
      return;
    }
    try {
      Instant now = clock.instant();
      watches.expire(now);
      store.forgetIf(
          known ->
              !watches.isWanted(known.key())
                  && known.readAt().plus(settings.forgetAfter()).isBefore(now));
      sweeper.sweep();
      listRefresher.proceed();
      revisionListCheck.look();
    } catch (RuntimeException e) {
      log.error("Unexpected error while sweeping", e);
    }
    sweepLater(run);
  }

  CompletableFuture<Observation> read(
      ResourceKey key, Freshness freshness, CallContext callContext) {
    return read(key, freshness, callContext, Absence.TOLD_ALONE);
  }

  private CompletableFuture<Observation> read(
      ResourceKey key, Freshness freshness, CallContext callContext, Absence absence) {
    Instant asked = clock.instant();
    note(key, callContext);
    return store
        .fresh(key, freshness)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                batcher
                    .describe(
                        key,
                        callContext,
                        absence,
                        startedAt ->
                            store.counts(key, startedAt) && freshness.allows(startedAt.at(), asked))
                    .thenApply(described -> take(key, described, callContext)));
  }

  private void note(ResourceKey key, CallContext callContext) {
    callContext.object().ifPresent(object -> watches.note(key, object, clock.instant()));
  }

  private Observation take(ResourceKey key, DescribeResult described, CallContext callContext) {
    return switch (described) {
      case DescribeResult.Found(LogicalTime startedAt, ObjectNode tree) ->
          accept(key, startedAt, new Observation.Present(tree), callContext);
      case DescribeResult.Missing(LogicalTime startedAt) ->
          accept(key, startedAt, new Observation.Absent(), callContext);
      case DescribeResult.Failed(LogicalTime startedAt, AwsFailure why) ->
          failed(key, startedAt, why, callContext);
    };
  }

  private Observation accept(
      ResourceKey key, LogicalTime startedAt, Observation read, CallContext callContext) {
    backoff.worked(key);
    ObservationStore.Accepted accepted = store.accept(key, startedAt, read);
    if (accepted.changed()) {
      enqueueWatchers(key, callContext.object());
    }
    return accepted
        .now()
        .orElseGet(() -> new Observation.Unknown(clock.instant(), ofTheTermBefore(key)));
  }

  private static AwsFailure ofTheTermBefore(ResourceKey key) {
    return AwsFailure.of(
        key.kind().operation(),
        FailureClass.TRANSIENT,
        "LeadershipChanged",
        "Asked before this replica of the operator became the leader: the answer does not count.");
  }

  /** A list does not show it any more: whoever asked for it looks for itself. */
  private void vanished(ResourceKey revision, LogicalTime listedAt) {
    boolean isNews = store.fresh(revision, Freshness.ANY).map(EcsCache::isActive).orElse(true);
    if (isNews && store.counts(revision, listedAt)) {
      store.doubt(revision);
      enqueueWatchers(revision, Optional.empty());
    }
  }

  /** A list does not show it, and nothing younger says that it is there: it is asked for. */
  private void missing(ResourceKey key, LogicalTime listedAt) {
    boolean isNews = store.fresh(key, Freshness.ANY).filter(EcsCache::isActive).isPresent();
    if (isNews && store.counts(key, listedAt)) {
      read(key, Freshness.NOW, CallContext.of(Priority.SWEEP));
    }
  }

  private static boolean isActive(Observation resource) {
    return resource instanceof Observation.Present(ObjectNode tree)
        && tree.path("status").asText().equals("ACTIVE");
  }

  private void enqueueWatchers(ResourceKey key, Optional<ObjectKey> except) {
    watches.in(key).stream()
        .filter(object -> except.filter(object::equals).isEmpty())
        .forEach(enqueue);
  }

  /** What cannot be read for long is somebody's business: who asks for it is told why. */
  private Observation failed(
      ResourceKey key, LogicalTime startedAt, AwsFailure why, CallContext callContext) {
    boolean isSweep = callContext.object().isEmpty();
    if (isSweep && store.fresh(key, new Freshness.MaxAge(settings.staleAfter())).isEmpty()) {
      enqueueWatchers(key, Optional.empty());
    }
    Instant retryAt =
        why.deferredUntil()
            .orElseGet(() -> clock.instant().plus(backoff.failed(key, startedAt, why)));
    return new Observation.Unknown(retryAt, why);
  }

  private Observation await(
      ResourceKey key, Freshness freshness, CallContext callContext, Absence absence) {
    try {
      return read(key, freshness, callContext, absence).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      AwsFailure stopped =
          AwsFailure.of(
              key.kind().operation(),
              FailureClass.TRANSIENT,
              "Interrupted",
              "Interrupted while waiting for ECS.");
      return new Observation.Unknown(clock.instant(), stopped);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private final class ContextReader implements EcsReader {
    private final CallContext callContext;
    private final Absence absence;

    ContextReader(CallContext callContext, Absence absence) {
      this.callContext = callContext;
      this.absence = absence;
    }

    @Override
    public Observation cluster(String nameOrArn, Freshness freshness) {
      return read(keys.cluster(nameOrArn), freshness);
    }

    @Override
    public Observation service(String cluster, String service, Freshness freshness) {
      return read(keys.service(cluster, service), freshness);
    }

    @Override
    public Observation task(String cluster, String task, Freshness freshness) {
      return read(keys.task(cluster, task), freshness);
    }

    @Override
    public Observation containerInstance(String cluster, String instance, Freshness freshness) {
      return read(keys.containerInstance(cluster, instance), freshness);
    }

    @Override
    public Observation capacityProvider(String nameOrArn, Freshness freshness) {
      return read(keys.capacityProvider(nameOrArn), freshness);
    }

    @Override
    public Observation taskDefinition(String familyOrArn, Freshness freshness) {
      ResourceKey key = keys.taskDefinition(familyOrArn);
      note(key, callContext);
      boolean mayBeListed = key.isFamily() && !freshness.equals(Freshness.NOW);
      return mayBeListed && store.fresh(key, freshness).isEmpty() && isUnlisted(key, freshness)
          ? new Observation.Absent()
          : read(key, freshness);
    }

    @Override
    public boolean isActive(String revisionArn, Freshness freshness) {
      ResourceKey key = keys.taskDefinition(revisionArn);
      note(key, callContext);
      return isListed(key, activeRevisions.known(freshness))
          .or(() -> store.fresh(key, freshness).map(EcsCache::isActive))
          .or(() -> isListed(key, activeRevisions.listing(freshness, callContext)))
          .orElse(false);
    }

    /** What a list says, unless something younger is known. */
    private Optional<Boolean> isListed(
        ResourceKey revision, Optional<ActiveRevisions.Active> list) {
      return list.filter(made -> store.counts(revision, made.startedAt()))
          .map(made -> made.revisions().contains(revision.id()));
    }

    private boolean isUnlisted(ResourceKey family, Freshness freshness) {
      return activeRevisions
          .listing(freshness, callContext)
          .filter(list -> store.counts(family, list.startedAt()))
          .filter(list -> !list.families().contains(family.id()))
          .isPresent();
    }

    private Observation read(ResourceKey key, Freshness freshness) {
      return await(key, freshness, callContext, absence);
    }

    @Override
    public ObjectNode query(String operation, ObjectNode request) {
      return ecs.read(operation, request, callContext).tree();
    }

    @Override
    public EcsReader with(Priority priority) {
      return new ContextReader(callContext.with(priority), absence);
    }

    @Override
    public EcsReader forNew() {
      return new ContextReader(callContext, Absence.TOLD);
    }
  }
}
