package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.ExpectedState.Aspect;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The last reading of each resource, and which reading may replace which: what counts is when a
 * read was started, and a write's answer stands until it shows up in reads.
 */
final class ObservationStore {
  /** What was written and has not shown up in a read; after {@code until} it no longer counts. */
  private record Standing(Map<Aspect, Predicate<Observation>> writes, Instant until) {
    static final Standing NOTHING = new Standing(Map.of(), Instant.MIN);

    boolean isContradictedBy(Observation read, Instant now) {
      return holds(now) && !writes.values().stream().allMatch(write -> write.test(read));
    }

    boolean holds(Instant now) {
      return now.isBefore(until);
    }

    Standing and(ExpectedState effect, Instant now, Instant until) {
      Map<Aspect, Predicate<Observation>> all = new EnumMap<>(Aspect.class);
      if (holds(now)) {
        all.putAll(writes);
      }
      all.put(effect.aspect(), effect.reflectedIn());
      return new Standing(all, until);
    }
  }

  /** A reading as it is kept. */
  private sealed interface Kept {
    record Present(byte[] packed) implements Kept {}

    record Absent() implements Kept {}

    static boolean same(Kept one, Kept other) {
      return one instanceof Present(byte[] packed) && other instanceof Present(byte[] others)
          ? Arrays.equals(packed, others)
          : one.equals(other);
    }
  }

  /**
   * @param kept empty where nothing is known but that older reads do not count
   * @param startedAt when the call behind the reading was started, be it a read or a write
   * @param order reads started before this do not count
   * @param doubted a write failed after the reading: it is no answer any more
   * @param changing whether ECS is about to change it by itself
   * @param changedAt when it was last seen to differ from before
   */
  private record Entry(
      Optional<Kept> kept,
      Instant startedAt,
      long order,
      boolean doubted,
      Standing standing,
      boolean changing,
      Instant changedAt) {

    /** What is kept, unless it is no better than a reading that does not count. */
    Optional<Kept> believed(Instant now) {
      return doubted && !standing.holds(now) ? Optional.empty() : kept;
    }

    Entry doubtedFrom(LogicalTime from) {
      return new Entry(kept, startedAt, from.order(), true, standing, changing, changedAt);
    }

    static Entry unknown(LogicalTime from) {
      return new Entry(
          Optional.empty(), from.at(), from.order(), true, Standing.NOTHING, false, from.at());
    }
  }

  /**
   * What was known and when, without the reading itself.
   *
   * @param readAt when the call behind it was started
   * @param changing whether ECS is about to change it by itself
   * @param changedAt when it was last seen to differ from before
   */
  record Known(ResourceKey key, Instant readAt, boolean changing, Instant changedAt) {}

  /**
   * @param now the reading, or what stands against it; empty where it is too old to count
   * @param changed whether something else was known before
   */
  record Accepted(Optional<Observation> now, boolean changed) {}

  private final Clock clock;
  private final LogicalClock logicalClock;
  private final Duration grace;
  private final Trees trees = new Trees();
  private final Map<ResourceKey, Entry> entries = new ConcurrentHashMap<>();
  private volatile LogicalTime floor;

  /**
   * @param grace how long a write's answer stands against reads that do not show it
   */
  ObservationStore(Clock clock, LogicalClock logicalClock, Duration grace) {
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.grace = grace;
    this.floor = logicalClock.next();
  }

  /** What is known, if it is fresh enough. */
  Optional<Observation> fresh(ResourceKey key, Freshness freshness) {
    Instant now = clock.instant();
    return Optional.ofNullable(entries.get(key))
        .filter(known -> !known.doubted() && freshness.allows(known.startedAt(), now))
        .flatMap(Entry::kept)
        .map(this::reading);
  }

  /** Whether a read started then may still change what is known. */
  boolean counts(ResourceKey key, LogicalTime startedAt) {
    Entry entry = entries.get(key);
    return startedAt.order() > floor.order()
        && (entry == null || startedAt.order() >= entry.order());
  }

  /** Takes in what a read found. */
  Accepted accept(ResourceKey key, LogicalTime startedAt, Observation read) {
    if (startedAt.order() <= floor.order()) {
      return new Accepted(Optional.empty(), false);
    }
    Instant now = clock.instant();
    Kept kept = kept(read);
    AtomicBoolean changed = new AtomicBoolean();
    Entry entry =
        entries.compute(
            key,
            (same, old) -> {
              boolean older = old != null && startedAt.order() < old.order();
              if (older || old != null && old.standing().isContradictedBy(read, now)) {
                return old;
              }
              changed.set(isOther(old, kept));
              return new Entry(
                  Optional.of(kept),
                  startedAt.at(),
                  startedAt.order(),
                  false,
                  Standing.NOTHING,
                  isChanging(key, read),
                  old == null || changed.get() ? now : old.changedAt());
            });
    boolean rolloutState = entry.order() != startedAt.order();
    return new Accepted(
        Optional.of(rolloutState ? entry.believed(now).map(this::reading).orElse(read) : read),
        changed.get());
  }

  /**
   * Takes in what a write was answered. One that was begun before the last {@link #doubtAll} tells
   * nothing: another process may have written since.
   *
   * @param startedAt when the write was begun
   * @return whether something else was known before
   */
  boolean wrote(ExpectedState effect, Instant startedAt) {
    LogicalTime answered = logicalClock.next();
    if (startedAt.isBefore(floor.at())) {
      doubt(effect.key());
      return false;
    }
    AtomicBoolean changed = new AtomicBoolean();
    entries.compute(
        effect.key(),
        (key, old) -> {
          Optional<ObjectNode> known =
              Optional.ofNullable(old)
                  .flatMap(Entry::kept)
                  .map(this::reading)
                  .filter(Observation.Present.class::isInstance)
                  .map(reading -> ((Observation.Present) reading).tree());
          Standing before = old == null ? Standing.NOTHING : old.standing();
          return effect
              .tree()
              .apply(known)
              .map(Observation.Present::new)
              .map(
                  reading -> {
                    Kept kept = kept(reading);
                    changed.set(isOther(old, kept));
                    return new Entry(
                        Optional.of(kept),
                        startedAt,
                        answered.order(),
                        false,
                        before.and(effect, answered.at(), answered.at().plus(grace)),
                        isChanging(key, reading),
                        answered.at());
                  })
              .orElseGet(() -> doubted(old, answered));
        });
    return changed.get();
  }

  /** Something was or may have been written that is not known: older reads do not count. */
  void doubt(ResourceKey key) {
    LogicalTime from = logicalClock.next();
    entries.compute(key, (same, old) -> doubted(old, from));
  }

  /** Nothing read so far counts, nor what is being read. */
  void doubtAll() {
    floor = logicalClock.next();
    entries.clear();
  }

  void forgetIf(Predicate<Known> unwanted) {
    entries.entrySet().removeIf(entry -> unwanted.test(known(entry)));
  }

  Stream<Known> all() {
    return entries.entrySet().stream().map(ObservationStore::known);
  }

  Stream<Known> all(Kind kind) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getKey().kind() == kind)
        .map(ObservationStore::known);
  }

  private static Known known(Map.Entry<ResourceKey, Entry> entry) {
    Entry known = entry.getValue();
    return new Known(entry.getKey(), known.startedAt(), known.changing(), known.changedAt());
  }

  private static boolean isOther(Entry old, Kept kept) {
    return old != null && old.kept().filter(known -> !Kept.same(known, kept)).isPresent();
  }

  private static Entry doubted(Entry old, LogicalTime from) {
    return old == null ? Entry.unknown(from) : old.doubtedFrom(from);
  }

  private static boolean isChanging(ResourceKey key, Observation read) {
    return read instanceof Observation.Present(ObjectNode tree) && key.kind().isChanging(tree);
  }

  private Kept kept(Observation read) {
    return switch (read) {
      case Observation.Present(ObjectNode tree) -> new Kept.Present(trees.pack(tree));
      case Observation.Absent _ -> new Kept.Absent();
      case Observation.Unknown unknown -> throw new IllegalArgumentException("nothing: " + unknown);
    };
  }

  private Observation reading(Kept kept) {
    return switch (kept) {
      case Kept.Present(byte[] packed) -> new Observation.Present(trees.unpack(packed));
      case Kept.Absent _ -> new Observation.Absent();
    };
  }
}
