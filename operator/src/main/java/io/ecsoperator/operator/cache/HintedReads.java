package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.Backoff;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.cache.Observation.Unknown;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads again what may have changed in ECS. However many hints there are, a resource has one such
 * read at a time, and at most one in a second. Reads may lag behind the change: one that does not
 * show it is repeated a few times; after that the resource waits for its turn in the sweeps. Safe
 * for many threads.
 */
final class HintedReads {
  private static final Duration SPACING = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_READS = 4;

  private final ObservationStore store;
  private final WatchedResources watches;
  private final Function<ResourceKey, CompletableFuture<Observation>> read;
  private final Clock clock;
  private final Scheduler scheduler;
  private final Map<ResourceKey, Hint> hints = new HashMap<>();

  /** The hints of one resource that are not read yet. */
  private static final class Hint {
    private long version;
    private int reads;
    private CompletableFuture<Void> current = new CompletableFuture<>();

    /** For the hints that came while a read was under way, which may not show their change. */
    private Optional<CompletableFuture<Void>> following = Optional.empty();

    Hint(long version) {
      this.version = version;
    }
  }

  /**
   * @param read begins a read that has not started yet
   */
  HintedReads(
      ObservationStore store,
      WatchedResources watches,
      Function<ResourceKey, CompletableFuture<Observation>> read,
      Clock clock,
      Scheduler scheduler) {
    this.store = store;
    this.watches = watches;
    this.read = read;
    this.clock = clock;
    this.scheduler = scheduler;
  }

  /**
   * @param version 0 for a resource without versions
   * @return completes once a read shows the version, or for a resource without versions, once it
   *     was read; at once if there is nothing to read
   */
  CompletableFuture<Void> hint(ResourceKey key, long version) {
    if (!watches.isWatched(key) || version > 0 && version(stored(key)) >= version) {
      return CompletableFuture.completedFuture(null);
    }
    Hint hint;
    synchronized (hints) {
      Hint known = hints.get(key);
      if (known != null) {
        known.version = Math.max(known.version, version);
        if (known.following.isEmpty()) {
          known.following = Optional.of(new CompletableFuture<>());
        }
        return known.following.get();
      }
      hint = new Hint(version);
      hints.put(key, hint);
    }
    CompletableFuture<Void> done = hint.current;
    read(key, hint);
    return done;
  }

  private void read(ResourceKey key, Hint hint) {
    Optional<Observation> before = stored(key);
    read.apply(key)
        .whenComplete(
            (observation, e) -> {
              Optional<Observation> now = Optional.ofNullable(observation);
              after(key, hint, now, !now.equals(before));
            });
  }

  private void after(
      ResourceKey key, Hint hint, Optional<Observation> observation, boolean changed) {
    Optional<CompletableFuture<Void>> done = Optional.empty();
    Optional<Duration> next = Optional.empty();
    synchronized (hints) {
      hint.reads++;
      Optional<Duration> deferred = deferred(observation);
      boolean shown = hint.version > 0 ? version(observation) >= hint.version : changed;
      boolean more = !shown && hint.reads < MOST_READS && watches.isWatched(key);
      if (hint.version == 0 && deferred.isEmpty() || !more) {
        done = Optional.of(hint.current);
      }
      if (!more && hint.following.isPresent()) {
        hint.current = hint.following.get();
        hint.following = Optional.empty();
        hint.reads = 0;
        more = true;
      }
      if (more) {
        next = deferred.or(() -> Optional.of(pause(hint)));
      } else {
        hints.remove(key);
      }
    }
    next.ifPresent(pause -> scheduler.after(pause, () -> read(key, hint)));
    done.ifPresent(future -> future.complete(null));
  }

  private static Duration pause(Hint hint) {
    return Backoff.doubled(SPACING, Math.max(1, hint.reads), LONGEST_PAUSE);
  }

  /** How long the read has to wait for quota. */
  private Optional<Duration> deferred(Optional<Observation> observation) {
    return observation
        .filter(
            it -> it instanceof Unknown(var retryAt, var why) && why.deferredUntil().isPresent())
        .map(it -> Duration.between(clock.instant(), ((Unknown) it).retryAt()))
        .map(pause -> pause.compareTo(SPACING) < 0 ? SPACING : pause);
  }

  private Optional<Observation> stored(ResourceKey key) {
    return store.fresh(key, EcsReader.Freshness.ANY);
  }

  /** The version that an observation shows. What is gone, or cannot be read, has the last one. */
  private static long version(Optional<Observation> observation) {
    return observation
        .map(
            it ->
                switch (it) {
                  case Observation.Present(var tree) -> tree.path("version").asLong();
                  case Observation.Absent gone -> Long.MAX_VALUE;
                  case Unknown(var retryAt, var why) ->
                      why.deferredUntil().isPresent() ? 0 : Long.MAX_VALUE;
                })
        .orElse(0L);
  }
}
