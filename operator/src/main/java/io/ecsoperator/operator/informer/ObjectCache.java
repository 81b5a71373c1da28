package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import io.fabric8.kubernetes.client.informers.impl.cache.ProcessorStore;
import io.fabric8.kubernetes.client.informers.impl.cache.SharedProcessor;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The cached objects of an informer. Handlers are called for each difference, in order, and never
 * by the thread that lists: JOSDK waits for the first list while it holds a lock that its handlers
 * need. An object that cannot be read is skipped; the cache keeps its last readable version, so
 * that nothing takes it for deleted.
 */
final class ObjectCache<R extends HasMetadata> {
  private final ObjectReader<R> reader;
  private final CacheImpl<R> cache = new CacheImpl<>();
  private final SharedProcessor<R> handlers;
  private final ProcessorStore<R> store;
  private final InformerEvents events;
  private final CacheBudget budget;

  /** What the cached objects take of the budget, by their keys. */
  private final Map<String, Long> costs = new ConcurrentHashMap<>();

  private volatile boolean refusedForMemory;
  private volatile Optional<String> version = Optional.empty();

  /**
   * @param budget is shared by the caches of all kinds
   * @param handlerThreads run the handlers of one event after the other
   */
  ObjectCache(
      ObjectReader<R> reader,
      InformerEvents events,
      CacheBudget budget,
      Executor handlerThreads,
      String description) {
    this.reader = reader;
    this.handlers = new SharedProcessor<>(handlerThreads, description);
    this.store = new ProcessorStore<>(cache, handlers);
    this.events = events;
    this.budget = budget;
  }

  CacheImpl<R> indexer() {
    return cache;
  }

  SharedProcessor<R> handlers() {
    return handlers;
  }

  /** The version that the cache has. */
  Optional<String> version() {
    return version;
  }

  void version(String reached) {
    version = Optional.of(reached);
  }

  /** Whether a list may have objects for which there was no memory before. */
  boolean mayTakeMore() {
    return refusedForMemory && budget.hasRoom();
  }

  Listing beginList() {
    refusedForMemory = false;
    return new Listing();
  }

  /** A list of all objects. What it lacks is removed at its end. */
  final class Listing {
    private final Set<String> keys = new HashSet<>();
    private final Set<ObjectKey> unreadable = new HashSet<>();
    private boolean wentBack;

    void add(ObjectCopy copy) {
      switch (reader.read(copy)) {
        case ReadObject.Readable<R>(R object, long cost) -> {
          String key = cache.getKey(object);
          keys.add(key);
          wentBack |= isBefore(object, cache.getByKey(key));
          put(object, cost).ifPresent(refused -> unreadable.add(refused.key()));
        }
        case ReadObject.Unreadable<R>(UnreadableObject object) -> {
          keys.add(cacheKey(object.key()));
          unreadable.add(object.key());
          events.unreadable(object);
        }
      }
    }

    /**
     * The list is complete.
     *
     * @param listed its resource version
     * @return whether the cache had something newer: a list is consistent, so an older copy of etcd
     *     was restored. Its versions may be higher all the same, if who restored it raised them.
     */
    boolean end(String listed) {
      boolean older = version.filter(before -> isBefore(listed, before)).isPresent();
      store.syncList(keys);
      Set.copyOf(costs.keySet()).stream()
          .filter(key -> !keys.contains(key))
          .forEach(ObjectCache.this::release);
      events.listed(unreadable);
      version(listed);
      return older || wentBack;
    }
  }

  /** An object was created or changed; returns the version of the event. */
  Optional<String> update(byte[] line, int offset, int length) {
    return switch (reader.read(line, offset, length)) {
      case ReadObject.Readable<R>(R object, long cost) -> {
        put(object, cost);
        yield Optional.of(object.getMetadata().getResourceVersion());
      }
      case ReadObject.Unreadable<R>(UnreadableObject object) -> {
        events.unreadable(object);
        yield versionOf(object);
      }
    };
  }

  /** An object was deleted; returns the version of the event. */
  Optional<String> delete(byte[] line, int offset, int length) {
    return switch (reader.read(line, offset, length)) {
      case ReadObject.Readable<R>(R object, long cost) -> {
        store.delete(object);
        release(cache.getKey(object));
        events.readable(ObjectKey.of(object));
        yield Optional.of(object.getMetadata().getResourceVersion());
      }
      case ReadObject.Unreadable<R>(UnreadableObject object) -> {
        Optional.ofNullable(cache.getByKey(cacheKey(object.key()))).ifPresent(store::delete);
        release(cacheKey(object.key()));
        events.readable(object.key());
        yield versionOf(object);
      }
    };
  }

  /** The version of a bookmark. */
  Optional<String> version(byte[] line, int offset, int length) {
    return switch (reader.read(line, offset, length)) {
      case ReadObject.Readable<R>(R object, long cost) ->
          Optional.of(object.getMetadata().getResourceVersion());
      case ReadObject.Unreadable<R>(UnreadableObject object) -> versionOf(object);
    };
  }

  /** Returns the object as unreadable if the cache cannot take it. */
  private Optional<UnreadableObject> put(R object, long cost) {
    Optional<UnreadableObject> refusal = refusal(object, cost);
    refusal.ifPresentOrElse(events::unreadable, () -> events.readable(ObjectKey.of(object)));
    return refusal;
  }

  private Optional<UnreadableObject> refusal(R object, long cost) {
    String key = cache.getKey(object);
    String namespace = object.getMetadata().getNamespace();
    long before = costs.getOrDefault(key, 0L);
    if (!budget.replace(namespace, before, cost)) {
      refusedForMemory = true;
      return Optional.of(
          reader.refusedInAnyVersion(
              object,
              "The operator has no memory for more objects of this size, and this namespace has the most of it."));
    }
    costs.put(key, cost);
    try {
      store.update(object);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(reader.refused(object, e));
    }
  }

  private void release(String key) {
    Long cost = costs.remove(key);
    if (cost != null) {
      budget.replace(key.substring(0, Math.max(0, key.indexOf('/'))), cost, 0);
    }
  }

  private boolean isBefore(R listed, @Nullable R cached) {
    return cached != null
        && isBefore(
            listed.getMetadata().getResourceVersion(), cached.getMetadata().getResourceVersion());
  }

  private static boolean isBefore(String version, String other) {
    return Long.parseLong(version) < Long.parseLong(other);
  }

  private static Optional<String> versionOf(UnreadableObject object) {
    return Optional.of(object.resourceVersion()).filter(version -> !version.isEmpty());
  }

  private static String cacheKey(ObjectKey key) {
    return Cache.namespaceKeyFunc(key.namespace(), key.name());
  }
}
