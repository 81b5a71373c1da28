package io.ecsoperator.operator.cache;

import static java.util.stream.Collectors.toSet;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Tells of each new list of ACTIVE revisions what was on the one before and is not on it, and which
 * families on it nobody asks for. Safe for many threads.
 */
final class RevisionListCheck {
  private final ActiveRevisions revisions;
  private final Watches watches;
  private final UnmanagedResources unmanaged;
  private final BiConsumer<ResourceKey, LogicalTime> missing;
  private Optional<ActiveRevisions.Active> seen = Optional.empty();

  /**
   * @param missing is told what a list, begun then, does not show any more although somebody asks
   *     for it
   */
  RevisionListCheck(
      ActiveRevisions revisions, Watches watches, BiConsumer<ResourceKey, LogicalTime> missing) {
    this.revisions = revisions;
    this.watches = watches;
    this.unmanaged = new UnmanagedResources("Task definitions", () -> families()::contains);
    this.missing = missing;
  }

  /** Looks whether there is a new list. */
  synchronized void look() {
    Optional<ActiveRevisions.Active> now = revisions.last();
    if (now.equals(seen)) {
      return;
    }
    unmanaged.among(now.map(ActiveRevisions.Active::families).orElse(Set.of()));
    seen.ifPresent(before -> now.ifPresent(after -> compare(before, after)));
    seen = now;
  }

  /** Nothing listed so far counts. */
  synchronized void reset() {
    seen = Optional.empty();
    unmanaged.among(Set.of());
  }

  /** How many families nobody asks for. */
  long unmanaged() {
    return unmanaged.count();
  }

  private void compare(ActiveRevisions.Active before, ActiveRevisions.Active after) {
    before.revisions().stream()
        .filter(revision -> !after.revisions().contains(revision))
        .map(revision -> new ResourceKey(Kind.TASK_DEFINITION, "", revision))
        .filter(watches::isWanted)
        .forEach(key -> missing.accept(key, after.startedAt()));
  }

  private Set<String> families() {
    return watches
        .keys()
        .filter(key -> key.kind() == Kind.TASK_DEFINITION)
        .map(key -> key.id().split(":", 2)[0])
        .collect(toSet());
  }
}
