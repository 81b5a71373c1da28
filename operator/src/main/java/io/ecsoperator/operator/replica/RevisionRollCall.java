package io.ecsoperator.operator.replica;

import static java.util.stream.Collectors.toSet;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Tells of each new list of ACTIVE revisions what was on the one before and is not on it, and which
 * families on it nobody asks for. Safe for many threads.
 */
final class RevisionRollCall {
  private final ActiveRevisions revisions;
  private final Interests interests;
  private final Strangers strangers;
  private final BiConsumer<Key, Moment> missing;
  private Optional<ActiveRevisions.Active> seen = Optional.empty();

  /**
   * @param missing is told what a list, begun then, does not show any more although somebody asks
   *     for it
   */
  RevisionRollCall(
      ActiveRevisions revisions, Interests interests, BiConsumer<Key, Moment> missing) {
    this.revisions = revisions;
    this.interests = interests;
    this.strangers = new Strangers("Task definitions", () -> families()::contains);
    this.missing = missing;
  }

  /** Looks whether there is a new list. */
  synchronized void look() {
    Optional<ActiveRevisions.Active> now = revisions.last();
    if (now.equals(seen)) {
      return;
    }
    strangers.among(now.map(ActiveRevisions.Active::families).orElse(Set.of()));
    seen.ifPresent(before -> now.ifPresent(after -> compare(before, after)));
    seen = now;
  }

  /** Nothing listed so far counts. */
  synchronized void startAfresh() {
    seen = Optional.empty();
    strangers.among(Set.of());
  }

  /** How many families nobody asks for. */
  long strangers() {
    return strangers.count();
  }

  private void compare(ActiveRevisions.Active before, ActiveRevisions.Active after) {
    before.revisions().stream()
        .filter(revision -> !after.revisions().contains(revision))
        .map(revision -> new Key(Kind.TASK_DEFINITION, "", revision))
        .filter(interests::isWanted)
        .forEach(key -> missing.accept(key, after.startedAt()));
  }

  private Set<String> families() {
    return interests
        .keys()
        .filter(key -> key.kind() == Kind.TASK_DEFINITION)
        .map(key -> key.id().split(":", 2)[0])
        .collect(toSet());
  }
}
