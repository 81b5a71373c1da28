package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Which objects of Kubernetes have asked for which resources of ECS: what is asked for is kept up
 * to date, and whoever asked is woken when it changes.
 */
final class Watches {
  private final Duration forgetAfter;
  private final Map<ResourceKey, Map<ObjectKey, Instant>> askedAt = new ConcurrentHashMap<>();

  /**
   * @param forgetAfter how long a resource is kept in mind that nobody asks for again
   */
  Watches(Duration forgetAfter) {
    this.forgetAfter = forgetAfter;
  }

  void note(ResourceKey key, ObjectKey object, Instant now) {
    askedAt.compute(
        key,
        (same, known) -> {
          Map<ObjectKey, Instant> objects = known == null ? new ConcurrentHashMap<>(1) : known;
          objects.put(object, now);
          return objects;
        });
  }

  /** Who asked for a resource. */
  Set<ObjectKey> in(ResourceKey key) {
    return Set.copyOf(askedAt.getOrDefault(key, Map.of()).keySet());
  }

  boolean isWanted(ResourceKey key) {
    return askedAt.containsKey(key);
  }

  /** All that somebody asks for. */
  Stream<ResourceKey> keys() {
    return askedAt.keySet().stream();
  }

  int count(Kind kind) {
    return (int) keys().filter(key -> key.kind() == kind).count();
  }

  /** The object is gone: nothing is read for it any more. */
  void forget(ObjectKey object) {
    askedAt.keySet().forEach(key -> keep(key, (who, at) -> !who.equals(object)));
  }

  void expire(Instant now) {
    Instant oldest = now.minus(forgetAfter);
    askedAt.keySet().forEach(key -> keep(key, (who, at) -> !at.isBefore(oldest)));
  }

  void clear() {
    askedAt.clear();
  }

  private void keep(ResourceKey key, BiPredicate<ObjectKey, Instant> kept) {
    askedAt.computeIfPresent(
        key,
        (same, objects) -> {
          objects.entrySet().removeIf(entry -> !kept.test(entry.getKey(), entry.getValue()));
          return objects.isEmpty() ? null : objects;
        });
  }
}
