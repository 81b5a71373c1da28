package io.ecsoperator.operator.cache;

import io.ecsoperator.operator.aws.Ecs;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The lists of all versioned resources. Safe for many threads. */
final class VersionLists {
  private record Checked(VersionList list, VersionListCheck check) {}

  private final Map<AwsResource, Checked> byResource = new LinkedHashMap<>();
  private final WatchedResources watches;

  /**
   * @param onMissing gets each version that an object asks for and a list no longer shows, and when
   *     that list was started
   */
  VersionLists(
      AwsResources resources,
      Ecs ecs,
      Clock clock,
      LogicalClock logicalClock,
      WatchedResources watches,
      BiConsumer<ResourceKey, LogicalClock.Time> onMissing) {
    this.watches = watches;
    for (AwsResource resource : resources.all()) {
      if (resource.list().orElse(null) instanceof ListRule.Versions(ListQuery query)) {
        VersionList list =
            new VersionList(
                resource.name(), query, ecs, clock, logicalClock, () -> watches.count(resource));
        byResource.put(
            resource, new Checked(list, new VersionListCheck(resource, list, watches, onMissing)));
      }
    }
  }

  /**
   * @throws IllegalArgumentException if the resource is not versioned
   */
  VersionList of(AwsResource resource) {
    return checked(resource).list();
  }

  private Checked checked(AwsResource resource) {
    Checked checked = byResource.get(resource);
    if (checked == null) {
      throw new IllegalArgumentException("ECS has no list of versions of " + resource);
    }
    return checked;
  }

  /** The lists to refresh now: those that a reader has asked for and objects still depend on. */
  List<RefreshedList> toRefresh() {
    List<RefreshedList> lists = new ArrayList<>();
    byResource.forEach(
        (resource, checked) -> {
          if (checked.list().last().isPresent() && watches.count(resource) > 0) {
            lists.add(checked.list());
          }
        });
    return lists;
  }

  /** Checks the lists that are new. */
  void check() {
    byResource.values().forEach(checked -> checked.check().run());
  }

  /**
   * How many listed names of a versioned resource no object asks for.
   *
   * @throws IllegalArgumentException if the resource is not versioned
   */
  long unmanaged(AwsResource resource) {
    return checked(resource).check().unmanaged();
  }

  /** Discards all lists. */
  void reset() {
    byResource.values().forEach(checked -> checked.list().reset());
    resetChecks();
  }

  /** Discards what the checks compare new lists with. */
  void resetChecks() {
    byResource.values().forEach(checked -> checked.check().reset());
  }
}
