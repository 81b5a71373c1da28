package io.ecsoperator.operator.replica;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.VirtualThreadScheduler;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Place;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.Purpose;
import io.ecsoperator.operator.replica.DescribeBatcher.Absence;
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
public final class Replica implements EcsReaders, Writes {
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

  private static final Logger log = LoggerFactory.getLogger(Replica.class);

  private final Ecs ecs;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Consumer<ObjectKey> wake;
  private final Settings settings;
  private final Keys keys;
  private final WriteEffects effects;
  private final Interests interests;
  private final Knowledge knowledge;
  private final DescribeBatcher batcher;
  private final ActiveRevisions activeRevisions;
  private final Backoff backoff;
  private final PlaceFinder placeFinder;
  private final Sweeper sweeper;
  private final Census census;
  private final RollCalls rollCalls;
  private final RevisionRollCall revisionRollCall;
  private final AtomicReference<Object> sweeping = new AtomicReference<>(NOT_SWEEPING);

  /**
   * A replica that calls ECS on virtual threads.
   *
   * @param wake is told which object asked for something that has changed
   */
  public Replica(
      Ecs ecs, Clock clock, Settings settings, Consumer<ObjectKey> wake, MeterRegistry metrics) {
    this(
        ecs,
        clock,
        settings,
        wake,
        metrics,
        RandomGenerator.getDefault(),
        virtualThreads(),
        new VirtualThreadScheduler("describe-later-"));
  }

  Replica(
      Ecs ecs,
      Clock clock,
      Settings settings,
      Consumer<ObjectKey> wake,
      MeterRegistry metrics,
      RandomGenerator random,
      Executor executor,
      Scheduler scheduler) {
    Moments moments = new Moments(clock);
    this.ecs = ecs;
    this.clock = clock;
    this.scheduler = scheduler;
    this.wake = wake;
    this.settings = settings;
    this.keys = new Keys(ecs.region());
    this.effects = new WriteEffects(keys);
    this.interests = new Interests(settings.forgetAfter());
    this.knowledge = new Knowledge(clock, moments, settings.grace());
    this.batcher =
        new DescribeBatcher(ecs, moments, scheduler, executor, settings.window(), metrics);
    this.activeRevisions =
        new ActiveRevisions(ecs, clock, moments, () -> interests.count(Kind.TASK_DEFINITION));
    this.backoff = new Backoff(random);
    this.placeFinder = new PlaceFinder(ecs, clock);
    this.sweeper =
        new Sweeper(
            knowledge,
            interests,
            (key, priority) -> read(key, Freshness.NOW, Purpose.of(priority)),
            clock,
            random,
            metrics,
            settings.follow(),
            settings.sweep());
    this.census = new Census(ecs, clock, moments, executor, this::registers, settings.sweep());
    this.rollCalls = new RollCalls(interests, this::missing);
    this.revisionRollCall = new RevisionRollCall(activeRevisions, interests, this::vanished);
    new ReplicaMetrics(knowledge, clock).bindTo(metrics);
    new StrangersMetric(rollCalls, revisionRollCall).bindTo(metrics);
  }

  private static Executor virtualThreads() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("describe-", 0).factory());
  }

  /**
   * Begins to read again, on its own, what was asked for. Nothing read so far counts any more:
   * another process may have written in the meantime.
   */
  public void start() {
    startAfresh();
    Object run = new Object();
    sweeping.set(run);
    sweepLater(run);
  }

  /** Reads nothing more on its own. */
  public void stop() {
    sweeping.set(NOT_SWEEPING);
    rollCalls.startAfresh();
    revisionRollCall.startAfresh();
  }

  @Override
  public EcsReader readerFor(Purpose purpose) {
    return new PurposeReader(purpose, Absence.TOLD_ALONE);
  }

  @Override
  public Optional<Place> place() {
    return placeFinder.place();
  }

  @Override
  public void wrote(
      ObjectKey by, String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {
    List<Effect> shown = effects.of(operation, request, answer);
    shown.stream()
        .filter(effect -> knowledge.wrote(effect, startedAt))
        .forEach(effect -> wakeInterested(effect.key(), Optional.of(by)));
    effects.touched(operation, request).stream()
        .filter(key -> shown.stream().noneMatch(effect -> effect.key().equals(key)))
        .forEach(knowledge::doubt);
  }

  @Override
  public void failed(String operation, ObjectNode request) {
    effects.touched(operation, request).forEach(knowledge::doubt);
  }

  @Override
  public void forget(ObjectKey object) {
    interests.forget(object);
  }

  /** Nothing read so far counts any more. */
  void startAfresh() {
    interests.clear();
    activeRevisions.startAfresh();
    rollCalls.startAfresh();
    revisionRollCall.startAfresh();
    census.startAfresh();
    knowledge.doubtAll();
  }

  /** A list of revisions is renewed only where somebody has once asked for one. */
  private List<Register> registers() {
    List<Register> all = new ArrayList<>(rollCalls.registers());
    if (activeRevisions.last().isPresent() && interests.count(Kind.TASK_DEFINITION) > 0) {
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
      interests.forgetWhatIsOld(now);
      knowledge.forgetIf(
          known ->
              !interests.isWanted(known.key())
                  && known.readAt().plus(settings.forgetAfter()).isBefore(now));
      sweeper.sweep();
      census.proceed();
      revisionRollCall.look();
    } catch (RuntimeException e) {
      log.error("Unexpected error while sweeping", e);
    }
    sweepLater(run);
  }

  CompletableFuture<Reading> read(Key key, Freshness freshness, Purpose purpose) {
    return read(key, freshness, purpose, Absence.TOLD_ALONE);
  }

  private CompletableFuture<Reading> read(
      Key key, Freshness freshness, Purpose purpose, Absence absence) {
    Instant asked = clock.instant();
    note(key, purpose);
    return knowledge
        .fresh(key, freshness)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                batcher
                    .describe(
                        key,
                        purpose,
                        absence,
                        startedAt ->
                            knowledge.counts(key, startedAt)
                                && freshness.allows(startedAt.at(), asked))
                    .thenApply(described -> take(key, described, purpose)));
  }

  private void note(Key key, Purpose purpose) {
    purpose.object().ifPresent(object -> interests.note(key, object, clock.instant()));
  }

  private Reading take(Key key, Described described, Purpose purpose) {
    return switch (described) {
      case Described.Found(Moment startedAt, ObjectNode tree) ->
          accept(key, startedAt, new Reading.Present(tree), purpose);
      case Described.Missing(Moment startedAt) ->
          accept(key, startedAt, new Reading.Absent(), purpose);
      case Described.Failed(Moment startedAt, AwsFailure why) ->
          failed(key, startedAt, why, purpose);
    };
  }

  private Reading accept(Key key, Moment startedAt, Reading read, Purpose purpose) {
    backoff.worked(key);
    Knowledge.Accepted accepted = knowledge.accept(key, startedAt, read);
    if (accepted.changed()) {
      wakeInterested(key, purpose.object());
    }
    return accepted
        .now()
        .orElseGet(() -> new Reading.Unknown(clock.instant(), ofTheTermBefore(key)));
  }

  private static AwsFailure ofTheTermBefore(Key key) {
    return AwsFailure.of(
        key.kind().operation(),
        FailureClass.TRANSIENT,
        "LeadershipChanged",
        "Asked before this replica of the operator became the leader: the answer does not count.");
  }

  /** A list does not show it any more: whoever asked for it looks for itself. */
  private void vanished(Key revision, Moment listedAt) {
    boolean isNews = knowledge.fresh(revision, Freshness.ANY).map(Replica::isActive).orElse(true);
    if (isNews && knowledge.counts(revision, listedAt)) {
      knowledge.doubt(revision);
      wakeInterested(revision, Optional.empty());
    }
  }

  /** A list does not show it, and nothing younger says that it is there: it is asked for. */
  private void missing(Key key, Moment listedAt) {
    boolean isNews = knowledge.fresh(key, Freshness.ANY).filter(Replica::isActive).isPresent();
    if (isNews && knowledge.counts(key, listedAt)) {
      read(key, Freshness.NOW, Purpose.of(Priority.SWEEP));
    }
  }

  private static boolean isActive(Reading resource) {
    return resource instanceof Reading.Present(ObjectNode tree)
        && tree.path("status").asText().equals("ACTIVE");
  }

  private void wakeInterested(Key key, Optional<ObjectKey> except) {
    interests.in(key).stream()
        .filter(object -> except.filter(object::equals).isEmpty())
        .forEach(wake);
  }

  /** What cannot be read for long is somebody's business: who asks for it is told why. */
  private Reading failed(Key key, Moment startedAt, AwsFailure why, Purpose purpose) {
    boolean isSweep = purpose.object().isEmpty();
    if (isSweep && knowledge.fresh(key, new Freshness.MaxAge(settings.staleAfter())).isEmpty()) {
      wakeInterested(key, Optional.empty());
    }
    Instant retryAt =
        why.turnAt().orElseGet(() -> clock.instant().plus(backoff.failed(key, startedAt, why)));
    return new Reading.Unknown(retryAt, why);
  }

  private Reading await(Key key, Freshness freshness, Purpose purpose, Absence absence) {
    try {
      return read(key, freshness, purpose, absence).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      AwsFailure stopped =
          AwsFailure.of(
              key.kind().operation(),
              FailureClass.TRANSIENT,
              "Interrupted",
              "Interrupted while waiting for ECS.");
      return new Reading.Unknown(clock.instant(), stopped);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private final class PurposeReader implements EcsReader {
    private final Purpose purpose;
    private final Absence absence;

    PurposeReader(Purpose purpose, Absence absence) {
      this.purpose = purpose;
      this.absence = absence;
    }

    @Override
    public Reading cluster(String nameOrArn, Freshness freshness) {
      return read(keys.cluster(nameOrArn), freshness);
    }

    @Override
    public Reading service(String cluster, String service, Freshness freshness) {
      return read(keys.service(cluster, service), freshness);
    }

    @Override
    public Reading task(String cluster, String task, Freshness freshness) {
      return read(keys.task(cluster, task), freshness);
    }

    @Override
    public Reading containerInstance(String cluster, String instance, Freshness freshness) {
      return read(keys.containerInstance(cluster, instance), freshness);
    }

    @Override
    public Reading capacityProvider(String nameOrArn, Freshness freshness) {
      return read(keys.capacityProvider(nameOrArn), freshness);
    }

    @Override
    public Reading taskDefinition(String familyOrArn, Freshness freshness) {
      Key key = keys.taskDefinition(familyOrArn);
      note(key, purpose);
      boolean mayBeListed = key.isFamily() && !freshness.equals(Freshness.NOW);
      return mayBeListed && knowledge.fresh(key, freshness).isEmpty() && isUnlisted(key, freshness)
          ? new Reading.Absent()
          : read(key, freshness);
    }

    @Override
    public boolean isActive(String revisionArn, Freshness freshness) {
      Key key = keys.taskDefinition(revisionArn);
      note(key, purpose);
      return isListed(key, activeRevisions.known(freshness))
          .or(() -> knowledge.fresh(key, freshness).map(Replica::isActive))
          .or(() -> isListed(key, activeRevisions.listing(freshness, purpose)))
          .orElse(false);
    }

    /** What a list says, unless something younger is known. */
    private Optional<Boolean> isListed(Key revision, Optional<ActiveRevisions.Active> list) {
      return list.filter(made -> knowledge.counts(revision, made.startedAt()))
          .map(made -> made.revisions().contains(revision.id()));
    }

    private boolean isUnlisted(Key family, Freshness freshness) {
      return activeRevisions
          .listing(freshness, purpose)
          .filter(list -> knowledge.counts(family, list.startedAt()))
          .filter(list -> !list.families().contains(family.id()))
          .isPresent();
    }

    private Reading read(Key key, Freshness freshness) {
      return await(key, freshness, purpose, absence);
    }

    @Override
    public ObjectNode query(String operation, ObjectNode request) {
      return ecs.read(operation, request, purpose).tree();
    }

    @Override
    public EcsReader with(Priority priority) {
      return new PurposeReader(purpose.with(priority), absence);
    }

    @Override
    public EcsReader forNew() {
      return new PurposeReader(purpose, Absence.TOLD);
    }
  }
}
