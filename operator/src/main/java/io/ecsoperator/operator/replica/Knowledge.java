package io.ecsoperator.operator.replica;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.replica.Effect.Aspect;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * The last reading of each resource, and which reading may replace which: what counts is when a
 * read was started, and a write's answer stands until it shows up in reads.
 */
final class Knowledge {
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  /** What was written and has not shown up in a read; after {@code until} it no longer counts. */
  private record Standing(Map<Aspect, Predicate<Reading>> writes, Instant until) {
    static final Standing NOTHING = new Standing(Map.of(), Instant.MIN);

    boolean isContradictedBy(Reading read, Instant now) {
      return holds(now) && !writes.values().stream().allMatch(write -> write.test(read));
    }

    boolean holds(Instant now) {
      return now.isBefore(until);
    }

    Standing and(Effect effect, Instant now, Instant until) {
      Map<Aspect, Predicate<Reading>> all = new EnumMap<>(Aspect.class);
      if (holds(now)) {
        all.putAll(writes);
      }
      all.put(effect.aspect(), effect.reflectedIn());
      return new Standing(all, until);
    }
  }

  /**
   * @param reading empty where nothing is known but that older reads do not count
   * @param startedAt when the call behind the reading was started, be it a read or a write
   * @param order reads started before this do not count
   * @param doubted a write failed after the reading: it is no answer any more
   */
  private record Entry(
      Optional<Reading> reading,
      Instant startedAt,
      long order,
      boolean doubted,
      Standing standing,
      Instant usedAt) {

    Entry used(Instant now) {
      return new Entry(reading, startedAt, order, doubted, standing, now);
    }

    /** The reading, unless it is no better than one that does not count. */
    Optional<Reading> believed(Instant now) {
      return doubted && !standing.holds(now) ? Optional.empty() : reading;
    }
  }

  private final Clock clock;
  private final Moments moments;
  private final Duration grace;
  private final Duration forgetAfter;
  private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> nextSweep;
  private volatile long floor;

  /**
   * @param grace how long a write's answer stands against reads that do not show it
   * @param forgetAfter how long something is kept that nobody asks for
   */
  Knowledge(Clock clock, Moments moments, Duration grace, Duration forgetAfter) {
    this.clock = clock;
    this.moments = moments;
    this.grace = grace;
    this.forgetAfter = forgetAfter;
    this.nextSweep = new AtomicReference<>(clock.instant());
  }

  /** What is known, if it is fresh enough. */
  Optional<Reading> fresh(Key key, Freshness freshness) {
    Instant now = clock.instant();
    Entry entry = entries.computeIfPresent(key, (same, old) -> old.used(now));
    return Optional.ofNullable(entry)
        .filter(known -> !known.doubted() && freshness.allows(known.startedAt(), now))
        .flatMap(Entry::reading);
  }

  /** Whether a read started then may still change what is known. */
  boolean counts(Key key, Moment startedAt) {
    Entry entry = entries.get(key);
    return startedAt.order() > floor && (entry == null || startedAt.order() >= entry.order());
  }

  /**
   * Takes in what a read found.
   *
   * @return what is known now: the reading, or what stands against it
   */
  Reading accept(Key key, Moment startedAt, Reading read) {
    Instant now = clock.instant();
    sweep(now);
    if (startedAt.order() <= floor) {
      return read;
    }
    Entry entry =
        entries.compute(
            key,
            (same, old) ->
                old != null
                        && (startedAt.order() < old.order()
                            || old.standing().isContradictedBy(read, now))
                    ? old.used(now)
                    : new Entry(
                        Optional.of(read),
                        startedAt.at(),
                        startedAt.order(),
                        false,
                        Standing.NOTHING,
                        now));
    return entry.believed(now).orElse(read);
  }

  /**
   * Takes in what a write was answered.
   *
   * @param startedAt when the write was begun
   */
  void wrote(Effect effect, Instant startedAt) {
    Moment answered = moments.next();
    entries.compute(
        effect.key(),
        (key, old) -> {
          Optional<ObjectNode> known =
              Optional.ofNullable(old)
                  .flatMap(Entry::reading)
                  .filter(Reading.Present.class::isInstance)
                  .map(reading -> ((Reading.Present) reading).tree());
          Standing before = old == null ? Standing.NOTHING : old.standing();
          return effect
              .tree()
              .apply(known)
              .map(
                  tree ->
                      new Entry(
                          Optional.of(new Reading.Present(tree)),
                          startedAt,
                          answered.order(),
                          false,
                          before.and(effect, answered.at(), answered.at().plus(grace)),
                          answered.at()))
              .orElseGet(() -> doubted(old, answered));
        });
  }

  /** Something was or may have been written that is not known: older reads do not count. */
  void doubt(Key key) {
    Moment from = moments.next();
    entries.compute(key, (same, old) -> doubted(old, from));
  }

  /** Nothing read so far counts, nor what is being read. */
  void doubtAll() {
    floor = moments.next().order();
    entries.clear();
  }

  private static Entry doubted(Entry old, Moment from) {
    return old == null
        ? new Entry(Optional.empty(), from.at(), from.order(), true, Standing.NOTHING, from.at())
        : new Entry(old.reading(), old.startedAt(), from.order(), true, old.standing(), from.at());
  }

  private void sweep(Instant now) {
    Instant due = nextSweep.get();
    if (now.isAfter(due) && nextSweep.compareAndSet(due, now.plus(BETWEEN_SWEEPS))) {
      Instant oldest = now.minus(forgetAfter);
      entries.values().removeIf(entry -> entry.usedAt().isBefore(oldest));
    }
  }
}
