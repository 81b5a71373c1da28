package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.Annotations;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.ReferenceField;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the caches of all controllers' informers, so that no object is cached twice. */
public final class CachedObjects implements KubernetesObjects {
  private static final String BY_REFERENCE = "reference";

  private record KindCache(
      Class<? extends EcsResource<?>> type,
      List<ReferenceField> fields,
      IndexerResourceCache<? extends EcsResource<?>> cache,
      Function<ObjectKey, ? extends Optional<? extends EcsResource<?>>> apiServer) {

    /** The objects that {@code object}, of this kind, refers to by a field. */
    Stream<ObjectKey> referred(EcsResource<?> object, ReferenceField field) {
      return field.names(object.getSpec(), object.getMetadata().getName()).stream()
          .map(name -> new ObjectKey(field.kind(), object.getMetadata().getNamespace(), name));
    }

    List<ObjectKey> referred(EcsResource<?> object) {
      return object.getSpec() == null
          ? List.of()
          : fields.stream().flatMap(field -> referred(object, field)).distinct().toList();
    }

    Stream<Referrer> referrers(ObjectKey key) {
      return cache.byIndex(BY_REFERENCE, key.toString()).stream()
          .flatMap(
              object ->
                  fields.stream()
                      .filter(field -> referred(object, field).anyMatch(key::equals))
                      .map(field -> new Referrer(object, field)));
    }
  }

  private final Map<String, KindCache> caches = new ConcurrentHashMap<>();

  /** What this operator wrote or read from the API server, and the informers do not show yet. */
  private final Map<ObjectKey, EcsResource<?>> newer = new ConcurrentHashMap<>();

  /**
   * Adds a kind's cache, indexed by the objects that its objects refer to.
   *
   * @param apiServer reads an object of the kind from the API server
   */
  <R extends EcsResource<?>> void add(
      Kind<R, ?, ?> kind,
      IndexerResourceCache<R> cache,
      Function<ObjectKey, Optional<R>> apiServer) {
    KindCache kindCache = new KindCache(kind.type(), kind.references(), cache, apiServer);
    cache.addIndexer(
        BY_REFERENCE,
        object -> kindCache.referred(object).stream().map(ObjectKey::toString).toList());
    caches.put(kind.name(), kindCache);
  }

  /** The keys of all objects of all kinds. */
  Stream<ObjectKey> keys() {
    return caches.entrySet().stream()
        .flatMap(
            kind ->
                kind.getValue()
                    .cache()
                    .keys()
                    .map(
                        id ->
                            new ObjectKey(
                                kind.getKey(), id.getNamespace().orElseThrow(), id.getName())));
  }

  /** All objects of all kinds; not to be changed. */
  public Stream<EcsResource<?>> all() {
    return caches.values().stream().flatMap(kind -> kind.cache().list());
  }

  @Override
  public Optional<EcsResource<?>> find(ObjectKey key) {
    Optional<EcsResource<?>> cached =
        Optional.ofNullable(caches.get(key.kind()))
            .flatMap(kind -> kind.cache().get(new ResourceID(key.name(), key.namespace())));
    EcsResource<?> newest = newer.get(key);
    if (newest == null) {
      return cached;
    }
    if (cached.filter(object -> isBefore(object, newest)).isPresent()) {
      return Optional.of(newest);
    }
    newer.remove(key, newest);
    return cached;
  }

  private static boolean isBefore(EcsResource<?> object, EcsResource<?> newest) {
    return object.getMetadata().getUid().equals(newest.getMetadata().getUid())
        && object.getMetadata().getGeneration() < newest.getMetadata().getGeneration();
  }

  @Override
  public Optional<EcsResource<?>> read(ObjectKey key) {
    Optional<EcsResource<?>> read =
        Optional.ofNullable(caches.get(key.kind())).flatMap(kind -> kind.apiServer().apply(key));
    read.filter(object -> find(key).filter(cached -> isBefore(cached, object)).isPresent())
        .ifPresent(object -> newer.put(key, object));
    return read;
  }

  /** Remembers an object that this operator has changed until the informer shows the change. */
  void written(EcsResource<?> object) {
    newer.put(ObjectKey.of(object), object);
  }

  /** The API server went back to an older state, so that what it had before is no longer newer. */
  public void restored() {
    newer.clear();
  }

  /** An object of a kind without name or spec. */
  EcsResource<?> blank(String kind) {
    return EcsResource.blank(Objects.requireNonNull(caches.get(kind), kind).type());
  }

  @Override
  public List<Referrer> referrers(ObjectKey referred) {
    return caches.values().stream().flatMap(kind -> kind.referrers(referred)).toList();
  }

  /** The objects of the same kind whose annotation releases what they own to an object. */
  Set<ObjectKey> releasedTo(ObjectKey taker) {
    String name = taker.namespace() + "/" + taker.name();
    return Stream.ofNullable(caches.get(taker.kind()))
        .flatMap(kind -> kind.cache().list())
        .filter(object -> Annotations.releaseTo(object).filter(name::equals).isPresent())
        .map(ObjectKey::of)
        .collect(Collectors.toSet());
  }

  /** The objects that an object refers to by the fields that its kind declares. */
  List<ObjectKey> referred(EcsResource<?> object) {
    return Optional.ofNullable(caches.get(object.getKind()))
        .map(kind -> kind.referred(object))
        .orElse(List.of());
  }
}
