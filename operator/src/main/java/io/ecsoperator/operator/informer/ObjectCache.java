package io.ecsoperator.operator.informer;

import io.ecsoperator.operator.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import io.fabric8.kubernetes.client.informers.impl.cache.ProcessorStore;
import io.fabric8.kubernetes.client.informers.impl.cache.SharedProcessor;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
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
  private volatile Optional<String> version = Optional.empty();

  /**
   * @param handlerThreads run the handlers of one event after the other
   */
  ObjectCache(
      ObjectReader<R> reader, InformerEvents events, Executor handlerThreads, String description) {
    this.reader = reader;
    this.handlers = new SharedProcessor<>(handlerThreads, description);
    this.store = new ProcessorStore<>(cache, handlers);
    this.events = events;
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

  Listing beginList() {
    return new Listing();
  }

  /** A list of all objects. What it lacks is removed at its end. */
  final class Listing {
    private final Set<String> keys = new HashSet<>();
    private final Set<ObjectKey> unreadable = new HashSet<>();
    private boolean wentBack;

    void add(byte[] json) {
      switch (reader.read(json)) {
        case ReadObject.Readable<R>(R object) -> {
          String key = cache.getKey(object);
          keys.add(key);
          wentBack |= isBefore(object, cache.getByKey(key));
          put(object);
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
      events.listed(unreadable);
      version(listed);
      return older || wentBack;
    }
  }

  /** An object was created or changed; returns the version of the event. */
  Optional<String> update(byte[] line, int offset, int length) {
    return switch (reader.read(line, offset, length)) {
      case ReadObject.Readable<R>(R object) -> {
        put(object);
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
      case ReadObject.Readable<R>(R object) -> {
        store.delete(object);
        events.readable(ObjectKey.of(object));
        yield Optional.of(object.getMetadata().getResourceVersion());
      }
      case ReadObject.Unreadable<R>(UnreadableObject object) -> {
        Optional.ofNullable(cache.getByKey(cacheKey(object.key()))).ifPresent(store::delete);
        events.readable(object.key());
        yield versionOf(object);
      }
    };
  }

  /** The version of a bookmark. */
  Optional<String> version(byte[] line, int offset, int length) {
    return switch (reader.read(line, offset, length)) {
      case ReadObject.Readable<R>(R object) ->
          Optional.of(object.getMetadata().getResourceVersion());
      case ReadObject.Unreadable<R>(UnreadableObject object) -> versionOf(object);
    };
  }

  private void put(R object) {
    try {
      store.update(object);
      events.readable(ObjectKey.of(object));
    } catch (RuntimeException e) {
      events.unreadable(reader.refused(object, e));
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
