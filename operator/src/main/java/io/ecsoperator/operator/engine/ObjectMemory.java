package io.ecsoperator.operator.engine;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the loop remembers of one object from reconcile to reconcile, until the object is gone. A
 * restart loses it, so nothing that must last is in it. One thread at a time reconciles an object.
 */
final class ObjectMemory {
  private volatile boolean terminating;
  private volatile Optional<Instant> releaseFailedAt = Optional.empty();
  private volatile Optional<Instant> tagsRefusedAt = Optional.empty();
  private volatile int failures;
  private volatile Optional<StatusBuilder.Failing> failing = Optional.empty();
  private volatile Optional<HeldChanges.Conflict> conflict = Optional.empty();
  private volatile Optional<Instant> goneFrom = Optional.empty();
  private volatile Optional<Instant> readAgainAt = Optional.empty();
  private volatile Optional<ReferenceCheck.Seen> seen = Optional.empty();
  private volatile OptionalLong generation = OptionalLong.empty();

  /** The memories of all objects of a kind. */
  static final class OfKind {
    private final Map<String, ObjectMemory> memories = new ConcurrentHashMap<>();

    ObjectMemory of(String uid) {
      return memories.computeIfAbsent(uid, first -> new ObjectMemory());
    }

    int size() {
      return memories.size();
    }

    /** The object is gone. */
    void forget(String uid) {
      memories.remove(uid);
    }
  }

  /** Whether its deletion began with the intent to delete the resource too. */
  boolean isTerminating() {
    return terminating;
  }

  void begunToTerminate() {
    terminating = true;
  }

  /** Records that the release failed; returns when it did so first. */
  Instant releaseFailed(Instant at) {
    Instant first = releaseFailedAt.orElse(at);
    releaseFailedAt = Optional.of(first);
    return first;
  }

  /** When ECS last refused to let this operator tag the resource. */
  Optional<Instant> tagsRefusedAt() {
    return tagsRefusedAt;
  }

  void tagsRefused(Instant at) {
    tagsRefusedAt = Optional.of(at);
  }

  /** Counts an attempt that failed; returns how many have failed since one succeeded. */
  int failed() {
    int now = failures + 1;
    failures = now;
    return now;
  }

  void succeeded() {
    failures = 0;
    failing = Optional.empty();
  }

  /** The failure that calls for the object end with, and since when. */
  Optional<StatusBuilder.Failing> failing() {
    return failing;
  }

  void failing(StatusBuilder.Failing now) {
    failing = Optional.of(now);
  }

  /** The conflict with another manager that was reported last. */
  Optional<HeldChanges.Conflict> conflict() {
    return conflict;
  }

  void conflict(Optional<HeldChanges.Conflict> reported) {
    conflict = reported;
  }

  /** From when a read proves that fields that have left the spec are gone from ECS. */
  Optional<Instant> goneFrom() {
    return goneFrom;
  }

  void goneFrom(Optional<Instant> instant) {
    goneFrom = instant;
  }

  /** When the resource has to be read again although nothing has changed; empty if unknown. */
  Optional<Instant> readAgainAt() {
    return readAgainAt;
  }

  void readAgainAt(Instant instant) {
    readAgainAt = Optional.of(instant);
  }

  /** The generations of the object, and of those that it refers to, that were seen last. */
  Optional<ReferenceCheck.Seen> seen() {
    return seen;
  }

  void seen(ReferenceCheck.Seen generations) {
    seen = Optional.of(generations);
  }

  /** The generation of the object that was reconciled last; empty before the first reconcile. */
  OptionalLong generation() {
    return generation;
  }

  void generation(long reconciled) {
    generation = OptionalLong.of(reconciled);
  }
}
