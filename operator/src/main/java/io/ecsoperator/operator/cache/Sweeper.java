package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.groupingBy;

import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.ObservationStore.Known;
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
 * Reads again what somebody wants to know, by as few calls as ECS allows.
 *
 * <p>What is settled goes by as on a conveyor: those of a kind and cluster that were read longest
 * ago come next, in calls evenly spread over the interval, so that each is read once in it whatever
 * their number. What ECS is changing is followed more closely, all of it together; the longer
 * nothing has happened, the more rarely, down to the rhythm of what is settled.
 */
final class Sweeper {
  /** A change in a call and the look after it still fall into the interval. */
  private static final int TICKS_IN_INTERVAL = 60;

  private static final int TICKS_TO_FOLLOW = 5;

  /** How much longer than since the last change it takes until the next look: a tenth of it. */
  private static final int PATIENCE = 10;

  /** Nothing is swept that was read in this part of the interval: it was read for a restart. */
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

  private record Group(Kind kind, String cluster) {}

  private final ObservationStore store;
  private final Watches watches;
  private final BiFunction<ResourceKey, Priority, CompletableFuture<Observation>> read;
  private final Clock clock;
  private final RandomGenerator random;
  private final MeterProvider<Timer> durations;
  private final Duration follow;
  private final Duration tick;
  private final Duration period;
  private final Map<Group, Instant> nextCall = new HashMap<>();
  private final Map<ResourceKey, Instant> attemptedAt = new HashMap<>();
  private final Set<ResourceKey> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param read begins a read that has not started yet
   * @param follow how often what ECS is changing is read
   * @param interval in which everything is read once
   */
  Sweeper(
      ObservationStore store,
      Watches watches,
      BiFunction<ResourceKey, Priority, CompletableFuture<Observation>> read,
      Clock clock,
      RandomGenerator random,
      MeterRegistry metrics,
      Duration follow,
      Duration interval) {
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
    this.follow = shorter(follow, interval);
    this.tick =
        shorter(interval.dividedBy(TICKS_IN_INTERVAL), this.follow.dividedBy(TICKS_TO_FOLLOW));
    this.period = interval.minus(interval.dividedBy(TICKS_IN_INTERVAL));
  }

  /** How often {@link #sweep} is to be called. */
  Duration tick() {
    return tick;
  }

  /** Begins the reads that are due. Not to be called by two threads at once. */
  void sweep() {
    Instant now = clock.instant();
    Map<Group, List<Known>> wanted =
        store
            .all()
            .filter(known -> known.key().kind().limit() > 1)
            .filter(known -> watches.isWanted(known.key()))
            .filter(known -> !underWay.contains(known.key()))
            .collect(groupingBy(known -> new Group(known.key().kind(), known.key().cluster())));
    nextCall.keySet().retainAll(wanted.keySet());
    attemptedAt.keySet().removeIf(key -> !watches.isWanted(key));
    wanted.forEach(
        (group, all) -> {
          follow(all.stream().filter(Known::changing).toList(), now);
          convey(group, all.stream().filter(known -> !known.changing()).toList(), now);
        });
  }

  /** Whoever is not quite due yet comes along: one call for ten is better than ten calls. */
  private void follow(List<Known> changing, Instant now) {
    if (changing.stream().anyMatch(known -> age(known, now).compareTo(rhythm(known, now)) >= 0)) {
      begin(
          changing.stream()
              .filter(known -> age(known, now).multipliedBy(2).compareTo(rhythm(known, now)) >= 0)
              .toList(),
          Priority.ROLLOUT,
          now);
    }
  }

  private Duration rhythm(Known known, Instant now) {
    Duration patience = Duration.between(known.changedAt(), now).dividedBy(PATIENCE);
    if (patience.compareTo(follow) <= 0) {
      return follow;
    }
    return shorter(patience, period);
  }

  private void convey(Group group, List<Known> settled, Instant now) {
    if (settled.isEmpty()) {
      return;
    }
    int calls = Math.ceilDiv(settled.size(), group.kind().limit());
    int size = Math.ceilDiv(settled.size(), calls);
    Duration spacing = period.dividedBy(calls);
    Instant next = nextCall.computeIfAbsent(group, first -> now.plus(jittered(spacing)));
    if (next.isAfter(now)) {
      return;
    }
    List<Known> oldestFirst =
        settled.stream().sorted(Comparator.comparing(this::lastSeen)).toList();
    int done = 0;
    while (!next.isAfter(now)) {
      int until = Math.min(done + size, settled.size());
      begin(
          oldestFirst.subList(done, until).stream()
              .filter(known -> age(known, now).multipliedBy(RECENT).compareTo(period) >= 0)
              .toList(),
          Priority.SWEEP,
          now);
      done = until;
      next = done < settled.size() ? next.plus(spacing) : now.plus(spacing);
    }
    nextCall.put(group, next);
  }

  private void begin(List<Known> due, Priority priority, Instant now) {
    if (due.isEmpty()) {
      return;
    }
    CompletableFuture.allOf(
            due.stream()
                .map(known -> begin(known, priority, now))
                .toArray(CompletableFuture[]::new))
        .whenComplete(
            (done, e) ->
                durations
                    .withTag("kind", due.getFirst().key().kind().label())
                    .record(Duration.between(now, clock.instant())));
  }

  private CompletableFuture<Observation> begin(Known known, Priority priority, Instant now) {
    underWay.add(known.key());
    attemptedAt.put(known.key(), now);
    return read.apply(known.key(), priority)
        .whenComplete((reading, e) -> underWay.remove(known.key()));
  }

  private Duration age(Known known, Instant now) {
    return Duration.between(lastSeen(known), now);
  }

  /** An attempt that failed counts: what cannot be read must not keep others from being read. */
  private Instant lastSeen(Known known) {
    Instant attempted = attemptedAt.getOrDefault(known.key(), known.readAt());
    return attempted.isAfter(known.readAt()) ? attempted : known.readAt();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private Duration jittered(Duration spacing) {
    return Duration.ofNanos((long) (spacing.toNanos() * random.nextDouble()));
  }
}
