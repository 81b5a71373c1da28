package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.WriteEffects.ExpectedState.Aspect;
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
import org.jspecify.annotations.Nullable;

/**
 * The last observation of each resource, and the rules by which one replaces another: the start of
 * the read decides, and the answer to a write counts until reads show the write. Safe for many
 * threads.
 */
final class ObservationStore {
  /**
   * Writes that no read has shown yet.
   *
   * @param until when they no longer count
   */
  private record UnseenWrites(Map<Aspect, Predicate<Observation>> writes, Instant until) {
    static final UnseenWrites NONE = new UnseenWrites(Map.of(), Instant.MIN);

    boolean contradict(Observation read, Instant now) {
      return count(now) && !writes.values().stream().allMatch(write -> write.test(read));
    }

    boolean count(Instant now) {
      return now.isBefore(until);
    }

    UnseenWrites and(
        WriteEffects.ExpectedState state, Optional<ObjectNode> before, Instant now, Instant until) {
      Map<Aspect, Predicate<Observation>> all = new EnumMap<>(Aspect.class);
      if (count(now)) {
        all.putAll(writes);
      }
      all.put(state.aspect(), state.visibleIn().apply(before));
      return new UnseenWrites(all, until);
    }
  }

  /** An observation in the form in which it is stored. */
  private sealed interface Packed {
    record Present(byte[] tree) implements Packed {}

    record Absent() implements Packed {}

    static boolean same(Packed one, Packed other) {
      return one instanceof Present(byte[] tree) && other instanceof Present(byte[] others)
          ? Arrays.equals(tree, others)
          : one.equals(other);
    }
  }

  /**
   * @param packed empty if nothing is known but that older reads do not count
   * @param startedAt when the read or write behind the observation was started
   * @param order reads that were started before this do not count
   * @param doubted a write failed after the observation, which therefore answers no reader
   * @param changing whether ECS is changing the resource by itself
   * @param changedAt when the observation last differed from the one before
   */
  private record Entry(
      Optional<Packed> packed,
      Instant startedAt,
      long order,
      boolean doubted,
      UnseenWrites unseen,
      boolean changing,
      Instant changedAt) {

    /** The observation, unless it is doubted and no unseen write supports it. */
    Optional<Packed> believed(Instant now) {
      return doubted && !unseen.count(now) ? Optional.empty() : packed;
    }

    Entry doubtedFrom(LogicalClock.Time from) {
      return new Entry(packed, startedAt, from.order(), true, unseen, changing, changedAt);
    }

    static Entry unknown(LogicalClock.Time from) {
      return new Entry(
          Optional.empty(), from.at(), from.order(), true, UnseenWrites.NONE, false, from.at());
    }
  }

  /**
   * What is stored about a resource, without the observation itself.
   *
   * @param readAt when the read or write behind the observation was started
   * @param changing whether ECS is changing the resource by itself
   * @param changedAt when the observation last differed from the one before
   */
  record Stored(ResourceKey key, Instant readAt, boolean changing, Instant changedAt) {}

  /**
   * @param now what readers get: the new observation, or the stored one that outweighs it; empty if
   *     the read was started too early to count
   * @param changed whether the new observation differs from the one before
   */
  record Accepted(Optional<Observation> now, boolean changed) {}

  private final Clock clock;
  private final LogicalClock logicalClock;
  private final Duration grace;
  private final PackedTrees trees = new PackedTrees();
  private final Map<ResourceKey, Entry> entries = new ConcurrentHashMap<>();
  private volatile LogicalClock.Time floor;

  /**
   * @param grace how long the answer to a write outweighs reads that do not show the write
   */
  ObservationStore(Clock clock, LogicalClock logicalClock, Duration grace) {
    this.clock = clock;
    this.logicalClock = logicalClock;
    this.grace = grace;
    this.floor = logicalClock.next();
  }

  /** The stored observation, if it is fresh enough. */
  Optional<Observation> fresh(ResourceKey key, EcsReader.Freshness freshness) {
    Instant now = clock.instant();
    return Optional.ofNullable(entries.get(key))
        .filter(entry -> !entry.doubted() && freshness.allows(entry.startedAt(), now))
        .flatMap(Entry::packed)
        .map(this::unpack);
  }

  /** Whether the result of a read that was started then may still be stored. */
  boolean counts(ResourceKey key, LogicalClock.Time startedAt) {
    Entry entry = entries.get(key);
    return startedAt.order() > floor.order()
        && (entry == null || startedAt.order() >= entry.order());
  }

  /** Stores the result of a read, unless a newer observation or an unseen write outweighs it. */
  Accepted accept(ResourceKey key, LogicalClock.Time startedAt, Observation read) {
    if (startedAt.order() <= floor.order()) {
      return new Accepted(Optional.empty(), false);
    }
    Instant now = clock.instant();
    Packed packed = pack(key, read);
    AtomicBoolean changed = new AtomicBoolean();
    Entry entry =
        entries.compute(
            key,
            (same, old) -> {
              boolean older = old != null && startedAt.order() < old.order();
              if (older || old != null && old.unseen().contradict(read, now)) {
                return old;
              }
              changed.set(differs(old, packed));
              return new Entry(
                  Optional.of(packed),
                  startedAt.at(),
                  startedAt.order(),
                  false,
                  UnseenWrites.NONE,
                  isChanging(key, read),
                  old == null || changed.get() ? now : old.changedAt());
            });
    boolean outweighed = entry.order() != startedAt.order();
    return new Accepted(
        Optional.of(outweighed ? entry.believed(now).map(this::unpack).orElse(read) : read),
        changed.get());
  }

  /**
   * Stores the state that the answer to a write shows. A write that was started before the last
   * {@link #doubtAll} is ignored: another process may have written since.
   *
   * @param startedAt when the write was sent
   * @return whether the state differs from the observation before
   */
  boolean wrote(WriteEffects.ExpectedState state, Instant startedAt) {
    LogicalClock.Time answered = logicalClock.next();
    if (startedAt.isBefore(floor.at())) {
      doubt(state.key());
      return false;
    }
    AtomicBoolean changed = new AtomicBoolean();
    entries.compute(
        state.key(),
        (key, old) ->
            state
                .tree()
                .apply(tree(old))
                .map(Observation.Present::new)
                .map(
                    written -> {
                      UnseenWrites before = old == null ? UnseenWrites.NONE : old.unseen();
                      Packed packed = pack(key, written);
                      changed.set(differs(old, packed));
                      return new Entry(
                          Optional.of(packed),
                          startedAt,
                          answered.order(),
                          false,
                          before.and(state, tree(old), answered.at(), answered.at().plus(grace)),
                          isChanging(key, written),
                          answered.at());
                    })
                .orElseGet(() -> doubted(old, answered)));
    return changed.get();
  }

  /** Stops using what was read so far: a write changed the resource, or may have. */
  void doubt(ResourceKey key) {
    LogicalClock.Time from = logicalClock.next();
    entries.compute(key, (same, old) -> doubted(old, from));
  }

  /** Discards all observations, and the results of reads that are under way. */
  void doubtAll() {
    floor = logicalClock.next();
    entries.clear();
  }

  void forgetIf(Predicate<Stored> unwanted) {
    entries.entrySet().removeIf(entry -> unwanted.test(stored(entry)));
  }

  Stream<Stored> all() {
    return entries.entrySet().stream().map(ObservationStore::stored);
  }

  Stream<Stored> all(AwsResource resource) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getKey().resource().equals(resource))
        .map(ObservationStore::stored);
  }

  private static Stored stored(Map.Entry<ResourceKey, Entry> entry) {
    Entry value = entry.getValue();
    return new Stored(entry.getKey(), value.startedAt(), value.changing(), value.changedAt());
  }

  private Optional<ObjectNode> tree(@Nullable Entry entry) {
    return Optional.ofNullable(entry)
        .flatMap(Entry::packed)
        .filter(Packed.Present.class::isInstance)
        .map(packed -> trees.unpack(((Packed.Present) packed).tree()));
  }

  private static boolean differs(@Nullable Entry old, Packed packed) {
    return old != null && old.packed().filter(before -> !Packed.same(before, packed)).isPresent();
  }

  private static Entry doubted(@Nullable Entry old, LogicalClock.Time from) {
    return old == null ? Entry.unknown(from) : old.doubtedFrom(from);
  }

  private static boolean isChanging(ResourceKey key, Observation read) {
    return read instanceof Observation.Present(ObjectNode tree)
        && key.resource().changing().test(tree);
  }

  private Packed pack(ResourceKey key, Observation read) {
    return switch (read) {
      case Observation.Present(ObjectNode tree) ->
          new Packed.Present(trees.pack(key.resource().describe().kept().shorten(tree)));
      case Observation.Absent _ -> new Packed.Absent();
      case Observation.Unknown unknown ->
          throw new IllegalArgumentException("not an observation to store: " + unknown);
    };
  }

  private Observation unpack(Packed packed) {
    return switch (packed) {
      case Packed.Present(byte[] tree) -> new Observation.Present(trees.unpack(tree));
      case Packed.Absent _ -> new Observation.Absent();
    };
  }
}
