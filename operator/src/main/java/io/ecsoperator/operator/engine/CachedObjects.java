package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The controllers' own caches, looked into from each other: no object is cached twice. */
public final class CachedObjects implements KubernetesObjects {
  private static final String BY_REFERENCE = "reference";

  private final Map<Class<?>, IndexerResourceCache<?>> caches = new ConcurrentHashMap<>();

  /** Makes the objects of a controller known, indexed by what they refer to. */
  <R extends EcsResource<?>> void add(Class<R> type, IndexerResourceCache<R> cache) {
    cache.addIndexer(
        BY_REFERENCE, object -> references(object).stream().map(ObjectKey::toString).toList());
    caches.put(type, cache);
  }

  /** All objects there are. */
  Stream<ObjectKey> keys() {
    return caches.entrySet().stream()
        .flatMap(
            cache ->
                cache
                    .getValue()
                    .keys()
                    .map(
                        id ->
                            new ObjectKey(
                                cache.getKey().getSimpleName(),
                                id.getNamespace().orElseThrow(),
                                id.getName())));
  }

  /** All objects as they are now; not to be changed. */
  Stream<EcsResource<?>> all() {
    return caches.values().stream()
        .flatMap(IndexerResourceCache::list)
        .map(object -> (EcsResource<?>) object);
  }

  @Override
  public Optional<EcsCluster> cluster(String namespace, String name) {
    return cache(EcsCluster.class).flatMap(cache -> cache.get(new ResourceID(name, namespace)));
  }

  @Override
  public Optional<EcsTaskDefinition> taskDefinition(String namespace, String name) {
    return cache(EcsTaskDefinition.class)
        .flatMap(cache -> cache.get(new ResourceID(name, namespace)));
  }

  @Override
  public List<EcsService> servicesOf(ObjectKey referred) {
    return referring(EcsService.class, referred);
  }

  @Override
  public List<EcsTask> tasksOf(ObjectKey referred) {
    return referring(EcsTask.class, referred);
  }

  private <R extends EcsResource<?>> List<R> referring(Class<R> type, ObjectKey referred) {
    return cache(type)
        .map(cache -> cache.byIndex(BY_REFERENCE, referred.toString()))
        .orElse(List.of());
  }

  /** The objects that one refers to. */
  static List<ObjectKey> references(EcsResource<?> object) {
    List<ObjectKey> references = new ArrayList<>();
    reference(object, "clusterRef", "EcsCluster").ifPresent(references::add);
    reference(object, "taskDefinitionRef", "EcsTaskDefinition").ifPresent(references::add);
    return references;
  }

  private static Optional<ObjectKey> reference(EcsResource<?> object, String member, String kind) {
    return Optional.ofNullable(object.getSpec())
        .map(spec -> spec.path(member).path("name").asText())
        .filter(name -> !name.isEmpty())
        .map(name -> new ObjectKey(kind, object.getMetadata().getNamespace(), name));
  }

  @SuppressWarnings("unchecked") // add() puts the cache of R under the class of R.
  private <R extends EcsResource<?>> Optional<IndexerResourceCache<R>> cache(Class<R> type) {
    return Optional.ofNullable((IndexerResourceCache<R>) caches.get(type));
  }
}
