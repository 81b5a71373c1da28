package io.ecsoperator.operator.replica;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.aws.Place;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.Purpose;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** What is known of ECS in one account and region: readings, kept and shared. */
public final class Replica implements EcsReaders, Writes {

  /**
   * @param window how long a describe waits for others to join
   * @param grace how long a write's answer stands against reads that do not show it; ECS is
   *     eventually consistent
   * @param forgetAfter how long something is kept that nobody asks for
   */
  public record Settings(Duration window, Duration grace, Duration forgetAfter) {
    public static Settings defaults() {
      return new Settings(Duration.ofMillis(30), Duration.ofSeconds(60), Duration.ofMinutes(15));
    }
  }

  private final Ecs ecs;
  private final Clock clock;
  private final Keys keys;
  private final WriteEffects effects;
  private final Knowledge knowledge;
  private final DescribeBatcher batcher;
  private final Backoff backoff;
  private final PlaceFinder placeFinder;

  /** A replica that calls ECS on virtual threads. */
  public Replica(Ecs ecs, Clock clock, Settings settings, MeterRegistry metrics) {
    this(ecs, clock, settings, metrics, RandomGenerator.getDefault(), virtualThreads());
  }

  private Replica(
      Ecs ecs,
      Clock clock,
      Settings settings,
      MeterRegistry metrics,
      RandomGenerator random,
      Executor executor) {
    this(
        ecs,
        clock,
        settings,
        metrics,
        random,
        executor,
        (delay, task) ->
            CompletableFuture.delayedExecutor(delay.toNanos(), NANOSECONDS, executor)
                .execute(task));
  }

  Replica(
      Ecs ecs,
      Clock clock,
      Settings settings,
      MeterRegistry metrics,
      RandomGenerator random,
      Executor executor,
      Scheduler scheduler) {
    Moments moments = new Moments(clock);
    this.ecs = ecs;
    this.clock = clock;
    this.keys = new Keys(ecs.region());
    this.effects = new WriteEffects(keys);
    this.knowledge = new Knowledge(clock, moments, settings.grace(), settings.forgetAfter());
    this.batcher =
        new DescribeBatcher(ecs, moments, scheduler, executor, settings.window(), metrics);
    this.backoff = new Backoff(random);
    this.placeFinder = new PlaceFinder(ecs, clock);
  }

  private static Executor virtualThreads() {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("describe-", 0).factory());
  }

  @Override
  public EcsReader readerFor(Purpose purpose) {
    return new PurposeReader(purpose);
  }

  @Override
  public Optional<Place> place() {
    return placeFinder.place();
  }

  @Override
  public void wrote(String operation, ObjectNode request, ObjectNode answer, Instant startedAt) {
    List<Effect> shown = effects.of(operation, request, answer);
    shown.forEach(effect -> knowledge.wrote(effect, startedAt));
    effects.touched(operation, request).stream()
        .filter(key -> shown.stream().noneMatch(effect -> effect.key().equals(key)))
        .forEach(knowledge::doubt);
  }

  @Override
  public void failed(String operation, ObjectNode request) {
    effects.touched(operation, request).forEach(knowledge::doubt);
  }

  /**
   * Nothing read so far counts any more. To be called when this process becomes the leader: another
   * one has written in the meantime.
   */
  public void startAfresh() {
    knowledge.doubtAll();
  }

  CompletableFuture<Reading> read(Key key, Freshness freshness, Purpose purpose) {
    Instant asked = clock.instant();
    return knowledge
        .fresh(key, freshness)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                batcher
                    .describe(
                        key,
                        purpose,
                        startedAt ->
                            knowledge.counts(key, startedAt)
                                && freshness.allows(startedAt.at(), asked))
                    .thenApply(described -> take(key, described)));
  }

  private Reading take(Key key, Described described) {
    return switch (described) {
      case Described.Found(Moment startedAt, ObjectNode tree) ->
          accept(key, startedAt, new Reading.Present(tree));
      case Described.Missing(Moment startedAt) -> accept(key, startedAt, new Reading.Absent());
      case Described.Failed(Moment startedAt, AwsFailure why) ->
          new Reading.Unknown(clock.instant().plus(backoff.failed(key, startedAt, why)), why);
    };
  }

  private Reading accept(Key key, Moment startedAt, Reading read) {
    backoff.worked(key);
    return knowledge.accept(key, startedAt, read);
  }

  private Reading await(Key key, Freshness freshness, Purpose purpose) {
    try {
      return read(key, freshness, purpose).get();
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

    PurposeReader(Purpose purpose) {
      this.purpose = purpose;
    }

    @Override
    public Reading cluster(String nameOrArn, Freshness freshness) {
      return await(keys.cluster(nameOrArn), freshness, purpose);
    }

    @Override
    public Reading service(String cluster, String service, Freshness freshness) {
      return await(keys.service(cluster, service), freshness, purpose);
    }

    @Override
    public Reading task(String cluster, String task, Freshness freshness) {
      return await(keys.task(cluster, task), freshness, purpose);
    }

    @Override
    public Reading taskDefinition(String familyOrArn, Freshness freshness) {
      return await(keys.taskDefinition(familyOrArn), freshness, purpose);
    }

    @Override
    public ObjectNode query(String operation, ObjectNode request) {
      return ecs.read(operation, request, purpose).tree();
    }

    @Override
    public EcsReader with(Priority priority) {
      return new PurposeReader(purpose.with(priority));
    }
  }
}
