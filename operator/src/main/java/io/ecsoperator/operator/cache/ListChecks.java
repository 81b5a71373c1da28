package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The lists of all resources that ECS lists by name. A list of resources that live in clusters is
 * kept for each cluster that objects ask for, or for something in it. Safe for many threads.
 */
final class ListChecks {
  /**
   * @param cluster empty for a list of the whole region
   */
  private record ListId(AwsResource resource, String cluster) {}

  private final AwsResources resources;
  private final WatchedResources watches;
  private final BiConsumer<ResourceKey, LogicalClock.Time> onMissing;
  private final Map<ListId, ListCheck> checks = new ConcurrentHashMap<>();

  /**
   * @param onMissing gets each resource that an object asks for and a list does not show, and when
   *     that list was started
   */
  ListChecks(
      AwsResources resources,
      WatchedResources watches,
      BiConsumer<ResourceKey, LogicalClock.Time> onMissing) {
    this.resources = resources;
    this.watches = watches;
    this.onMissing = onMissing;
  }

  /** The lists to refresh now. */
  List<RefreshedList> toRefresh() {
    Set<String> clusters = watchedClusters();
    List<ListId> ids = new ArrayList<>();
    List<RefreshedList> lists = new ArrayList<>();
    for (AwsResource resource : resources.all()) {
      if (resource.list().orElse(null) instanceof ListRule.Names(ListQuery query)) {
        for (ListId id : ids(resource, clusters)) {
          ids.add(id);
          lists.add(checks.computeIfAbsent(id, absent -> check(id, query)));
        }
      }
    }
    checks.keySet().retainAll(ids);
    return lists;
  }

  /** How many listed resources no object asks for. */
  long unmanaged(AwsResource resource) {
    return checks.entrySet().stream()
        .filter(entry -> entry.getKey().resource().equals(resource))
        .mapToLong(entry -> entry.getValue().unmanaged().count())
        .sum();
  }

  /** Discards all lists. */
  void reset() {
    checks.clear();
  }

  private List<ListId> ids(AwsResource resource, Set<String> clusters) {
    return switch (resource.arns().scope()) {
      case IN_CLUSTER -> clusters.stream().map(name -> new ListId(resource, name)).toList();
      case CLUSTER -> clusters.isEmpty() ? List.of() : List.of(new ListId(resource, ""));
      case REGION -> watches.count(resource) == 0 ? List.of() : List.of(new ListId(resource, ""));
    };
  }

  private ListCheck check(ListId id, ListQuery query) {
    Supplier<Stream<ResourceKey>> expected =
        () -> watches.keys(id.resource()).filter(key -> key.cluster().equals(id.cluster()));
    return switch (id.resource().arns().scope()) {
      case IN_CLUSTER ->
          new ListCheck(
              query.where("cluster", id.cluster()),
              expected,
              new UnmanagedResources(
                  id.resource() + " in cluster " + id.cluster(), () -> name -> isWatched(id, name)),
              onMissing);
      case REGION ->
          new ListCheck(
              query,
              expected,
              new UnmanagedResources(id.resource().name(), () -> name -> isWatched(id, name)),
              onMissing);
      case CLUSTER ->
          new ListCheck(
              query,
              expected,
              new UnmanagedResources(id.resource().name(), () -> watchedClusters()::contains),
              onMissing);
    };
  }

  private boolean isWatched(ListId id, String name) {
    return watches.isWatched(new ResourceKey(id.resource(), id.cluster(), name));
  }

  /** Clusters of this region that objects ask for, or for something in them. */
  private Set<String> watchedClusters() {
    return watches
        .keys()
        .flatMap(
            key ->
                switch (key.resource().arns().scope()) {
                  case CLUSTER -> Stream.of(key.id());
                  case IN_CLUSTER -> Stream.of(key.cluster());
                  case REGION -> Stream.empty();
                })
        .filter(name -> !ResourceKey.isInOtherRegion(name))
        .collect(toSet());
  }
}
