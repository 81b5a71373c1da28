package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toSet;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Compares each new {@link VersionList} with the one before: reports the versions that are no
 * longer listed, and counts the names that no object asks for. Safe for many threads.
 */
final class VersionListCheck {
  private final AwsResource resource;
  private final VersionList list;
  private final WatchedResources watches;
  private final UnmanagedResources unmanaged;
  private final BiConsumer<ResourceKey, LogicalClock.Time> onMissing;
  private Optional<VersionList.Active> checked = Optional.empty();

  /**
   * @param onMissing gets each version that an object asks for and a list no longer shows, and when
   *     that list was started
   */
  VersionListCheck(
      AwsResource resource,
      VersionList list,
      WatchedResources watches,
      BiConsumer<ResourceKey, LogicalClock.Time> onMissing) {
    this.resource = resource;
    this.list = list;
    this.watches = watches;
    this.unmanaged = new UnmanagedResources(resource.name(), () -> watchedNames()::contains);
    this.onMissing = onMissing;
  }

  /** Checks the list if it is a new one. */
  synchronized void run() {
    Optional<VersionList.Active> now = list.last();
    if (now.equals(checked)) {
      return;
    }
    unmanaged.update(now.map(VersionList.Active::names).orElse(Set.of()));
    checked.ifPresent(before -> now.ifPresent(after -> compare(before, after)));
    checked = now;
  }

  /** Discards the list that was checked last. */
  synchronized void reset() {
    checked = Optional.empty();
    unmanaged.update(Set.of());
  }

  /** How many listed names no object asks for. */
  long unmanaged() {
    return unmanaged.count();
  }

  private void compare(VersionList.Active before, VersionList.Active after) {
    before.versions().stream()
        .filter(version -> !after.versions().contains(version))
        .map(version -> new ResourceKey(resource, "", version))
        .filter(watches::isWatched)
        .forEach(key -> onMissing.accept(key, after.startedAt()));
  }

  private Set<String> watchedNames() {
    return watches.keys(resource).map(ResourceKey::unversionedId).collect(toSet());
  }
}
