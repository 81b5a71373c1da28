package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Backoff;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ECS resources of one account and region that Kubernetes objects ask for. The cache shares
 * reads between objects, and reads again on its own as long as an object asks for a resource. Safe
 * for many threads.
 */
public final class EcsCache implements EcsReaders, WriteListener, ChangeHints {
  private static final Logger log = LoggerFactory.getLogger(EcsCache.class);
  private static final Object NOT_SWEEPING = new Object();
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final Backoff.Jitter DOWN_TO_HALF = new Backoff.Jitter(0.5, 1);

  /**
   * @param window how long a describe waits for other callers to join
   * @param grace how long the answer to a write outweighs reads that do not show the write; ECS is
   *     eventually consistent
   * @param follow how often the cache reads a resource that ECS is changing
   * @param sweep the interval in which the cache reads every watched resource once
   * @param forgetAfter how long the cache keeps a resource that no object asks for
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

    /** An age that an observation reaches only if sweeps fail. */
    public Duration staleAfter() {
      return sweep.multipliedBy(2);
    }
  }

  /**
   * What the cache works with.
   *
   * @param resources all resources that are read or written
   * @param enqueue gets each object that asked for a resource which has changed
   */
  public record Dependencies(
      Ecs ecs,
      Clock clock,
      AwsResources resources,
      Consumer<ObjectKey> enqueue,
      MeterRegistry metrics) {}

  /**
   * How the cache makes calls and waits.
   *
   * @param executor makes the calls
   * @param scheduler runs what has to wait
   */
  record Execution(RandomGenerator random, Executor executor, Scheduler scheduler) {
    static Execution onVirtualThreads() {
      return new Execution(
          RandomGenerator.getDefault(),
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("describe-", 0).factory()),
          new VirtualThreadScheduler("describe-later-"));
    }
  }

  private final Ecs ecs;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Consumer<ObjectKey> enqueue;
  private final Settings settings;
  private final AwsResources resources;
  private final ResourceKey.Factory keys;
  private final WriteEffects effects;
  private final WatchedResources watches;
  private final ObservationStore store;
  private final DescribeBatcher batcher;
  private final Backoff<ResourceKey> backoff;
  private final CallerIdentity callerIdentity;
  private final Sweeper sweeper;
  private final HintedReads hintedReads;
  private final ListRefresher listRefresher;
  private final ListChecks listChecks;
  private final VersionLists versionLists;

  /** The resources whose last read failed. */
  private final Map<ResourceKey, AwsFailure> failing = new ConcurrentHashMap<>();

  private final AtomicReference<Object> sweeping = new AtomicReference<>(NOT_SWEEPING);

  /** A cache that calls ECS on virtual threads. */
  public EcsCache(Dependencies dependencies, Settings settings) {
    this(dependencies, settings, Execution.onVirtualThreads());
  }

  EcsCache(Dependencies dependencies, Settings settings, Execution execution) {
    this.resources = dependencies.resources();
    MeterRegistry metrics = dependencies.metrics();
    this.ecs = dependencies.ecs();
    this.clock = dependencies.clock();
    this.scheduler = execution.scheduler();
    this.enqueue = dependencies.enqueue();
    this.settings = settings;
    LogicalClock logicalClock = new LogicalClock(clock);
    this.keys = new ResourceKey.Factory(resources, ecs.region());
    this.effects = new WriteEffects(resources, keys);
    this.watches = new WatchedResources(settings.forgetAfter());
    this.store = new ObservationStore(clock, logicalClock, settings.grace());
    this.batcher =
        new DescribeBatcher(
            ecs, logicalClock, scheduler, execution.executor(), settings.window(), metrics);
    this.backoff = new Backoff<>(LONGEST_PAUSE, DOWN_TO_HALF, execution.random());
    this.callerIdentity = new CallerIdentity(ecs, clock, resources.cluster().describe());
    this.sweeper =
        new Sweeper(
            store,
            watches,
            (key, priority) -> read(key, EcsReader.Freshness.NOW, CallContext.of(priority)),
            new Sweeper.Pace(settings.follow(), settings.sweep()),
            clock,
            execution.random(),
            metrics);
    this.hintedReads =
        new HintedReads(
            store,
            watches,
            key -> read(key, EcsReader.Freshness.NOW, CallContext.of(Priority.ROLLOUT)),
            clock,
            scheduler);
    this.listChecks = new ListChecks(resources, watches, this::notListed);
    this.versionLists =
        new VersionLists(resources, ecs, clock, logicalClock, watches, this::versionNotListed);
    this.listRefresher =
        new ListRefresher(
            ecs, clock, logicalClock, execution.executor(), this::lists, settings.sweep());
    new CacheMetrics(resources, store, clock).bindTo(metrics);
    new UnmanagedResourcesMetric(resources, listChecks, versionLists).bindTo(metrics);
  }

  /**
   * Begins to read on its own. Discards everything that was read before: another process may have
   * written in the meantime.
   */
  public void start() {
    reset();
    Object run = new Object();
    sweeping.set(run);
    sweepLater(run);
  }

  /** Stops reading on its own. */
  public void stop() {
    sweeping.set(NOT_SWEEPING);
    listChecks.reset();
    versionLists.resetChecks();
  }

  @Override
  public EcsReader readerFor(CallContext callContext) {
    return new ContextReader(callContext, Absence.DESCRIBED_ALONE, ConcurrentHashMap.newKeySet());
  }

  @Override
  public Optional<AwsLocation> location() {
    return callerIdentity.location();
  }

  @Override
  public Optional<AwsFailure> failure() {
    return callerIdentity.failure();
  }

  @Override
  public void starting(String operation) {
    effects.requireRule(operation);
  }

  @Override
  public void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {
    List<WriteEffects.ExpectedState> states = effects.of(operation, request, answer);
    states.stream()
        .filter(state -> store.wrote(state, startedAt))
        .forEach(state -> enqueueWatchers(state.key(), Optional.of(by)));
    effects.touched(operation, request).stream()
        .filter(key -> states.stream().noneMatch(state -> state.key().equals(key)))
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

  @Override
  public CompletableFuture<Void> changed(String arn, long version, ObjectNode detail) {
    return all(
        Stream.concat(
            keys.ofArn(arn).stream().map(key -> hintedReads.hint(key, version)),
            resources.affected(detail).map(keys::of).map(key -> hintedReads.hint(key, 0))));
  }

  @Override
  public CompletableFuture<Void> called(String operation, ObjectNode request) {
    return all(
        effects.isKnown(operation)
            ? effects.touched(operation, request).stream().map(key -> hintedReads.hint(key, 0))
            : Stream.empty());
  }

  private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }

  /** Discards everything that was read so far. */
  void reset() {
    watches.clear();
    versionLists.reset();
    listChecks.reset();
    listRefresher.reset();
    failing.clear();
    store.doubtAll();
  }

  private List<RefreshedList> lists() {
    List<RefreshedList> all = new ArrayList<>(listChecks.toRefresh());
    all.addAll(versionLists.toRefresh());
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
      failing.keySet().removeIf(key -> !watches.isWatched(key));
      store.forgetIf(
          stored ->
              !watches.isWatched(stored.key())
                  && stored.readAt().plus(settings.forgetAfter()).isBefore(now));
      sweeper.sweep();
      listRefresher.proceed();
      versionLists.check();
    } catch (RuntimeException e) {
      log.error("Unexpected error while sweeping", e);
    }
    sweepLater(run);
  }

  CompletableFuture<Observation> read(
      ResourceKey key, EcsReader.Freshness freshness, CallContext callContext) {
    return read(key, freshness, callContext, Absence.DESCRIBED_ALONE);
  }

  private CompletableFuture<Observation> read(
      ResourceKey key, EcsReader.Freshness freshness, CallContext callContext, Absence absence) {
    Instant asked = clock.instant();
    watch(key, callContext);
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
                    .thenApply(result -> take(key, result, callContext)));
  }

  private void watch(ResourceKey key, CallContext callContext) {
    callContext.object().ifPresent(object -> watches.add(key, object, clock.instant()));
  }

  private Observation take(
      ResourceKey key, DescribeBatcher.Result result, CallContext callContext) {
    return switch (result) {
      case DescribeBatcher.Result.Found(LogicalClock.Time startedAt, ObjectNode tree) ->
          accept(key, startedAt, new Observation.Present(tree), callContext);
      case DescribeBatcher.Result.Missing(LogicalClock.Time startedAt) ->
          accept(key, startedAt, new Observation.Absent(), callContext);
      case DescribeBatcher.Result.Failed(LogicalClock.Time startedAt, AwsFailure why) ->
          failed(key, startedAt, why, callContext);
    };
  }

  private Observation accept(
      ResourceKey key, LogicalClock.Time startedAt, Observation read, CallContext callContext) {
    backoff.reset(key);
    if (Optional.ofNullable(failing.remove(key))
        .filter(AwsFailure::concernsAllObjects)
        .isPresent()) {
      enqueueWatchers(key, callContext.object());
    }
    ObservationStore.Accepted accepted = store.accept(key, startedAt, read);
    if (accepted.changed()) {
      enqueueWatchers(key, callContext.object());
    }
    return accepted
        .now()
        .orElseGet(() -> new Observation.Unknown(clock.instant(), readBeforeReset(key)));
  }

  private static AwsFailure readBeforeReset(ResourceKey key) {
    return AwsFailure.of(
        key.resource().describe().operation(),
        FailureClass.TRANSIENT,
        "LeadershipChanged",
        "Asked before this replica of the operator became the leader: the answer does not count.");
  }

  /** Lets the objects that watch a version read it again, because a list no longer shows it. */
  private void versionNotListed(ResourceKey version, LogicalClock.Time listedAt) {
    boolean mayBeActive =
        store.fresh(version, EcsReader.Freshness.ANY).map(EcsCache::isActive).orElse(true);
    if (mayBeActive && store.counts(version, listedAt)) {
      store.doubt(version);
      enqueueWatchers(version, Optional.empty());
    }
  }

  /** Reads a resource at once that a list does not show although it is stored as ACTIVE. */
  private void notListed(ResourceKey key, LogicalClock.Time listedAt) {
    boolean isActive =
        store.fresh(key, EcsReader.Freshness.ANY).filter(EcsCache::isActive).isPresent();
    if (isActive && store.counts(key, listedAt)) {
      read(key, EcsReader.Freshness.NOW, CallContext.of(Priority.SWEEP));
    }
  }

  /** ECS's lists show what has this status. */
  private static boolean isActive(Observation resource) {
    return resource instanceof Observation.Present(ObjectNode tree)
        && tree.path("status").asText().equals("ACTIVE");
  }

  private void enqueueWatchers(ResourceKey key, Optional<ObjectKey> except) {
    watches.of(key).stream()
        .filter(object -> except.filter(object::equals).isEmpty())
        .forEach(enqueue);
  }

  private Observation failed(
      ResourceKey key, LogicalClock.Time startedAt, AwsFailure why, CallContext callContext) {
    boolean isSweep = callContext.object().isEmpty();
    boolean isNew =
        why.deferredUntil().isEmpty() && failing.put(key, why) == null && why.concernsAllObjects();
    if (isSweep && isNew) {
      // The objects report that they cannot be read.
      enqueueWatchers(key, Optional.empty());
    } else if (isSweep
        && store.fresh(key, new EcsReader.Freshness.MaxAge(settings.staleAfter())).isEmpty()) {
      // Sweeps have failed for long: the objects read the resource themselves, and report why.
      enqueueWatchers(key, Optional.empty());
    }
    Instant retryAt =
        why.deferredUntil()
            .orElseGet(() -> clock.instant().plus(backoff.next(key, firstPause(why), startedAt)));
    return new Observation.Unknown(retryAt, why);
  }

  /** Why an observation that is not old may be outdated all the same. */
  private Optional<AwsFailure> failure(ResourceKey key) {
    return ecs.failing(key.resource().describe().operation())
        .or(() -> Optional.ofNullable(failing.get(key)).filter(AwsFailure::concernsAllObjects));
  }

  private static Duration firstPause(AwsFailure why) {
    return switch (why.failureClass()) {
      case TRANSIENT, NO_CAPACITY -> Duration.ofSeconds(1);
      case THROTTLED, WAITING, NOT_FOUND -> Duration.ofSeconds(2);
      case BLOCKED -> Duration.ofSeconds(why.resolvesByItself() ? 5 : 30);
    };
  }

  private Observation await(
      ResourceKey key, EcsReader.Freshness freshness, CallContext callContext, Absence absence) {
    try {
      return read(key, freshness, callContext, absence).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      AwsFailure interrupted =
          AwsFailure.of(
              key.resource().describe().operation(),
              FailureClass.TRANSIENT,
              "Interrupted",
              "Interrupted while waiting for ECS.");
      return new Observation.Unknown(clock.instant(), interrupted);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private final class ContextReader implements EcsReader {
    private final CallContext callContext;
    private final Absence absence;

    /** The resources that were asked for. */
    private final Set<ResourceKey> asked;

    ContextReader(CallContext callContext, Absence absence, Set<ResourceKey> asked) {
      this.callContext = callContext;
      this.absence = absence;
      this.asked = asked;
    }

    @Override
    public Observation read(ResourceRef resource, EcsReader.Freshness freshness) {
      ResourceKey key = keys.of(resource);
      asked.add(key);
      boolean mayBeListed = key.isNewestVersion() && !freshness.equals(EcsReader.Freshness.NOW);
      return mayBeListed && isUnlisted(key, freshness)
          ? new Observation.Absent()
          : await(key, freshness, callContext, absence);
    }

    @Override
    public boolean isListed(ResourceRef version, EcsReader.Freshness freshness) {
      ResourceKey key = keys.of(version);
      VersionList list = versionLists.of(key.resource());
      watch(key, callContext);
      return isOn(list.known(freshness), key)
          .or(() -> store.fresh(key, freshness).map(EcsCache::isActive))
          .or(() -> isOn(list.listing(freshness, callContext), key))
          .orElse(false);
    }

    /** Empty if there is no list, or if the cache has a newer observation than the list. */
    private Optional<Boolean> isOn(Optional<VersionList.Active> list, ResourceKey version) {
      return list.filter(active -> store.counts(version, active.startedAt()))
          .map(active -> active.versions().contains(version.id()));
    }

    /** Whether a list that is newer than what is stored shows no version of that name. */
    private boolean isUnlisted(ResourceKey name, EcsReader.Freshness freshness) {
      watch(name, callContext);
      return store.fresh(name, freshness).isEmpty()
          && versionLists
              .of(name.resource())
              .listing(freshness, callContext)
              .filter(list -> store.counts(name, list.startedAt()))
              .filter(list -> !list.names().contains(name.id()))
              .isPresent();
    }

    @Override
    public ObjectNode query(String operation, ObjectNode request) {
      return ecs.read(operation, request, callContext).tree();
    }

    @Override
    public Optional<AwsFailure> failure() {
      return asked.stream().flatMap(key -> EcsCache.this.failure(key).stream()).findFirst();
    }

    @Override
    public EcsReader with(Priority priority) {
      return new ContextReader(callContext.with(priority), absence, asked);
    }

    @Override
    public EcsReader forNew() {
      return new ContextReader(callContext, Absence.REPORTED_MISSING, asked);
    }
  }
}
