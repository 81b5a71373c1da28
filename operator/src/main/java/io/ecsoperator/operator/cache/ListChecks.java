package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The lists of clusters, and of the services in each cluster that somebody asks for something in.
 * Safe for many threads.
 */
final class ListChecks {
  private final Watches watches;
  private final BiConsumer<ResourceKey, LogicalTime> missing;
  private final Map<String, ListCheck> servicesByCluster = new ConcurrentHashMap<>();
  private volatile ListCheck clusters;

  /**
   * @param missing is told what a list, begun then, does not show although somebody asks for it
   */
  ListChecks(Watches watches, BiConsumer<ResourceKey, LogicalTime> missing) {
    this.watches = watches;
    this.missing = missing;
    this.clusters = ofClusters();
  }

  /** The lists to keep, as of now. */
  List<RefreshedList> registers() {
    Set<String> names = clusterNames();
    servicesByCluster.keySet().retainAll(names);
    names.forEach(name -> servicesByCluster.computeIfAbsent(name, this::ofServices));
    return names.isEmpty()
        ? List.of()
        : Stream.<RefreshedList>concat(Stream.of(clusters), servicesByCluster.values().stream())
            .toList();
  }

  long strangeClusters() {
    return clusters.unmanaged().count();
  }

  long strangeServices() {
    return servicesByCluster.values().stream().mapToLong(list -> list.unmanaged().count()).sum();
  }

  /** Nothing listed so far counts. */
  void reset() {
    servicesByCluster.clear();
    clusters = ofClusters();
  }

  private ListCheck ofClusters() {
    return new ListCheck(
        new ListQuery("ListClusters", "clusterArns", Map.of()),
        () -> watches.keys().filter(key -> key.kind() == Kind.CLUSTER),
        new UnmanagedResources("Clusters", () -> clusterNames()::contains),
        missing);
  }

  private ListCheck ofServices(String cluster) {
    return new ListCheck(
        new ListQuery("ListServices", "serviceArns", Map.of("cluster", cluster)),
        () ->
            watches
                .keys()
                .filter(key -> key.kind() == Kind.SERVICE && key.cluster().equals(cluster)),
        new UnmanagedResources(
            "Services in cluster " + cluster,
            () -> name -> watches.isWanted(new ResourceKey(Kind.SERVICE, cluster, name))),
        missing);
  }

  /** Clusters that somebody asks for, or for something in them; those of this region. */
  private Set<String> clusterNames() {
    return watches
        .keys()
        .flatMap(
            key ->
                switch (key.kind()) {
                  case CLUSTER -> Stream.of(key.id());
                  case SERVICE, TASK, CONTAINER_INSTANCE -> Stream.of(key.cluster());
                  case TASK_DEFINITION, CAPACITY_PROVIDER -> Stream.empty();
                })
        .filter(name -> !ResourceKeys.isElsewhere(name))
        .collect(toSet());
  }
}
