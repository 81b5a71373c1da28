package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.groupingBy;

import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.ObservationStore.Stored;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * Reads watched resources again, with as few calls as ECS allows.
 *
 * <p>Resources that ECS is not changing take turns: of each type and cluster the ones that were
 * read longest ago come next, in calls spread evenly over the interval, so that each is read once
 * per interval. Resources that ECS is changing are read more often, all of one group together. The
 * longer such a resource has not changed, the longer the pause before the next read, up to the
 * interval.
 */
final class Sweeper {
  /** Short enough that a change, the call that finds it and its reconciliation fit the interval. */
  private static final int TICKS_IN_INTERVAL = 60;

  private static final int TICKS_TO_FOLLOW = 5;

  /**
   * The pause before the next read of a changing resource is the time since its last change / 10.
   */
  private static final int PATIENCE = 10;

  /** A resource that was read in the last tenth of the interval, for an object, waits a round. */
  private static final int RECENT = 10;

  private static final Duration[] LATENCIES = {
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(15),
    Duration.ofMinutes(1)
  };

  /**
   * How often resources are read.
   *
   * @param changing how often at most if ECS is changing them
   * @param interval in which each is read once
   */
  record Pace(Duration changing, Duration interval) {}

  private record Group(AwsResource resource, String cluster) {}

  private final ObservationStore store;
  private final WatchedResources watches;
  private final BiFunction<ResourceKey, Priority, CompletableFuture<Observation>> read;
  private final Clock clock;
  private final RandomGenerator random;
  private final MeterProvider<Timer> durations;
  private final Duration changingPause;
  private final Duration tick;
  private final Duration period;
  private final Map<Group, Instant> nextCall = new HashMap<>();
  private final Map<ResourceKey, Instant> attemptedAt = new HashMap<>();
  private final Set<ResourceKey> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param read begins a read that has not started yet
   */
  Sweeper(
      ObservationStore store,
      WatchedResources watches,
      BiFunction<ResourceKey, Priority, CompletableFuture<Observation>> read,
      Pace pace,
      Clock clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    Duration interval = pace.interval();
    this.store = store;
    this.watches = watches;
    this.read = read;
    this.clock = clock;
    this.random = random;
    this.durations =
        Timer.builder("ecs.operator.cache.sweep")
            .description("Reads of a sweep that are begun together, until the last is answered")
            .serviceLevelObjectives(LATENCIES)
            .withRegistry(metrics);
    this.changingPause = shorter(pace.changing(), interval);
    this.tick =
        shorter(interval.dividedBy(TICKS_IN_INTERVAL), changingPause.dividedBy(TICKS_TO_FOLLOW));
    this.period = interval.minus(interval.dividedBy(TICKS_IN_INTERVAL));
  }

  /** How often {@link #sweep} is to be called. */
  Duration tick() {
    return tick;
  }

  /** Begins the reads that are due. Not to be called by two threads at once. */
  void sweep() {
    Instant now = clock.instant();
    Map<Group, List<Stored>> groups =
        store
            .all()
            .filter(stored -> stored.key().resource().describe().limit() > 1)
            .filter(stored -> watches.isWatched(stored.key()))
            .filter(stored -> !underWay.contains(stored.key()))
            .collect(
                groupingBy(stored -> new Group(stored.key().resource(), stored.key().cluster())));
    nextCall.keySet().retainAll(groups.keySet());
    attemptedAt.keySet().removeIf(key -> !watches.isWatched(key));
    groups.forEach(
        (group, all) -> {
          readChanging(all.stream().filter(Stored::changing).toList(), now);
          readUnchanging(group, all.stream().filter(stored -> !stored.changing()).toList(), now);
        });
  }

  /** Takes along what is half due: one call for ten resources is better than ten calls. */
  private void readChanging(List<Stored> changing, Instant now) {
    if (changing.stream().anyMatch(stored -> age(stored, now).compareTo(pause(stored, now)) >= 0)) {
      begin(
          changing.stream()
              .filter(stored -> age(stored, now).multipliedBy(2).compareTo(pause(stored, now)) >= 0)
              .toList(),
          Priority.ROLLOUT,
          now);
    }
  }

  private Duration pause(Stored stored, Instant now) {
    Duration patience = Duration.between(stored.changedAt(), now).dividedBy(PATIENCE);
    if (patience.compareTo(changingPause) <= 0) {
      return changingPause;
    }
    return shorter(patience, period);
  }

  private void readUnchanging(Group group, List<Stored> unchanging, Instant now) {
    if (unchanging.isEmpty()) {
      return;
    }
    int calls = Math.ceilDiv(unchanging.size(), group.resource().describe().limit());
    int size = Math.ceilDiv(unchanging.size(), calls);
    Duration spacing = period.dividedBy(calls);
    Instant next = nextCall.computeIfAbsent(group, first -> now.plus(jittered(spacing)));
    if (next.isAfter(now)) {
      return;
    }
    List<Stored> oldestFirst =
        unchanging.stream().sorted(Comparator.comparing(this::lastRead)).toList();
    int done = 0;
    while (!next.isAfter(now)) {
      int until = Math.min(done + size, unchanging.size());
      begin(
          oldestFirst.subList(done, until).stream()
              .filter(stored -> age(stored, now).multipliedBy(RECENT).compareTo(period) >= 0)
              .toList(),
          Priority.SWEEP,
          now);
      done = until;
      next = done < unchanging.size() ? next.plus(spacing) : now.plus(spacing);
    }
    nextCall.put(group, next);
  }

  private void begin(List<Stored> due, Priority priority, Instant now) {
    if (due.isEmpty()) {
      return;
    }
    CompletableFuture.allOf(
            due.stream()
                .map(stored -> begin(stored, priority, now))
                .toArray(CompletableFuture[]::new))
        .whenComplete(
            (done, e) ->
                durations
                    .withTag("kind", due.getFirst().key().resource().name())
                    .record(Duration.between(now, clock.instant())));
  }

  private CompletableFuture<Observation> begin(Stored stored, Priority priority, Instant now) {
    underWay.add(stored.key());
    attemptedAt.put(stored.key(), now);
    return read.apply(stored.key(), priority)
        .whenComplete((observation, e) -> underWay.remove(stored.key()));
  }

  private Duration age(Stored stored, Instant now) {
    return Duration.between(lastRead(stored), now);
  }

  /** Counts a failed attempt, so that a resource that cannot be read does not hold up others. */
  private Instant lastRead(Stored stored) {
    Instant attempted = attemptedAt.getOrDefault(stored.key(), stored.readAt());
    return attempted.isAfter(stored.readAt()) ? attempted : stored.readAt();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private Duration jittered(Duration spacing) {
    return Duration.ofNanos((long) (spacing.toNanos() * random.nextDouble()));
  }
}
