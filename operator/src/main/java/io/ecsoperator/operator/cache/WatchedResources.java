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
 * Which Kubernetes objects have asked for which ECS resources. The cache keeps these resources up
 * to date, and enqueues the objects when a resource changes.
 */
final class WatchedResources {
  private final Duration forgetAfter;
  private final Map<ResourceKey, Map<ObjectKey, Instant>> askedAt = new ConcurrentHashMap<>();

  /**
   * @param forgetAfter how long a watch lasts that its object does not renew
   */
  WatchedResources(Duration forgetAfter) {
    this.forgetAfter = forgetAfter;
  }

  /** Begins or renews a watch. */
  void add(ResourceKey key, ObjectKey object, Instant now) {
    askedAt.compute(
        key,
        (same, known) -> {
          Map<ObjectKey, Instant> objects = known == null ? new ConcurrentHashMap<>(1) : known;
          objects.put(object, now);
          return objects;
        });
  }

  /** The objects that watch a resource. */
  Set<ObjectKey> of(ResourceKey key) {
    return Set.copyOf(askedAt.getOrDefault(key, Map.of()).keySet());
  }

  boolean isWatched(ResourceKey key) {
    return askedAt.containsKey(key);
  }

  /** All resources that objects watch. */
  Stream<ResourceKey> keys() {
    return askedAt.keySet().stream();
  }

  Stream<ResourceKey> keys(AwsResource resource) {
    return keys().filter(key -> key.resource().equals(resource));
  }

  int count(AwsResource resource) {
    return (int) keys(resource).count();
  }

  /** Ends all watches of an object that is gone. */
  void forget(ObjectKey object) {
    askedAt.keySet().forEach(key -> retain(key, (watcher, at) -> !watcher.equals(object)));
  }

  /** Ends the watches that were not renewed for too long. */
  void expire(Instant now) {
    Instant oldest = now.minus(forgetAfter);
    askedAt.keySet().forEach(key -> retain(key, (watcher, at) -> !at.isBefore(oldest)));
  }

  void clear() {
    askedAt.clear();
  }

  private void retain(ResourceKey key, BiPredicate<ObjectKey, Instant> kept) {
    askedAt.computeIfPresent(
        key,
        (same, objects) -> {
          objects.entrySet().removeIf(entry -> !kept.test(entry.getKey(), entry.getValue()));
          return objects.isEmpty() ? null : objects;
        });
  }
}
