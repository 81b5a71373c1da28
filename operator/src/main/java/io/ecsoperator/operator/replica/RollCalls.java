package io.ecsoperator.operator.replica;

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
final class RollCalls {
  private final Interests interests;
  private final BiConsumer<Key, Moment> missing;
  private final Map<String, RollCall> servicesByCluster = new ConcurrentHashMap<>();
  private volatile RollCall clusters;

  /**
   * @param missing is told what a list, begun then, does not show although somebody asks for it
   */
  RollCalls(Interests interests, BiConsumer<Key, Moment> missing) {
    this.interests = interests;
    this.missing = missing;
    this.clusters = ofClusters();
  }

  /** The lists to keep, as of now. */
  List<Register> registers() {
    Set<String> names = clusterNames();
    servicesByCluster.keySet().retainAll(names);
    names.forEach(name -> servicesByCluster.computeIfAbsent(name, this::ofServices));
    return names.isEmpty()
        ? List.of()
        : Stream.<Register>concat(Stream.of(clusters), servicesByCluster.values().stream())
            .toList();
  }

  long strangeClusters() {
    return clusters.strangers().count();
  }

  long strangeServices() {
    return servicesByCluster.values().stream().mapToLong(list -> list.strangers().count()).sum();
  }

  /** Nothing listed so far counts. */
  void startAfresh() {
    servicesByCluster.clear();
    clusters = ofClusters();
  }

  private RollCall ofClusters() {
    return new RollCall(
        new ListQuery("ListClusters", "clusterArns", Map.of()),
        () -> interests.keys().filter(key -> key.kind() == Kind.CLUSTER),
        new Strangers("Clusters", () -> clusterNames()::contains),
        missing);
  }

  private RollCall ofServices(String cluster) {
    return new RollCall(
        new ListQuery("ListServices", "serviceArns", Map.of("cluster", cluster)),
        () ->
            interests
                .keys()
                .filter(key -> key.kind() == Kind.SERVICE && key.cluster().equals(cluster)),
        new Strangers(
            "Services in cluster " + cluster,
            () -> name -> interests.isWanted(new Key(Kind.SERVICE, cluster, name))),
        missing);
  }

  /** Clusters that somebody asks for, or for something in them; those of this region. */
  private Set<String> clusterNames() {
    return interests
        .keys()
        .flatMap(
            key ->
                switch (key.kind()) {
                  case CLUSTER -> Stream.of(key.id());
                  case SERVICE, TASK, CONTAINER_INSTANCE -> Stream.of(key.cluster());
                  case TASK_DEFINITION, CAPACITY_PROVIDER -> Stream.empty();
                })
        .filter(name -> !Keys.isElsewhere(name))
        .collect(toSet());
  }
}
