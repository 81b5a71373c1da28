package io.ecsoperator.operator.replica;

import java.util.Optional;
import java.util.function.BiConsumer;

/** Tells which revisions were on a list of those that are ACTIVE, and are not on the next one. */
final class VanishedRevisions {
  private final ActiveRevisions revisions;
  private final BiConsumer<Key, Moment> vanished;
  private Optional<ActiveRevisions.Active> seen = Optional.empty();

  /**
   * @param vanished is told what a list, begun then, does not show any more
   */
  VanishedRevisions(ActiveRevisions revisions, BiConsumer<Key, Moment> vanished) {
    this.revisions = revisions;
    this.vanished = vanished;
  }

  /** Looks whether there is a new list. Not to be called by two threads at once. */
  void look() {
    Optional<ActiveRevisions.Active> now = revisions.last();
    if (now.equals(seen)) {
      return;
    }
    seen.ifPresent(before -> now.ifPresent(after -> compare(before, after)));
    seen = now;
  }

  private void compare(ActiveRevisions.Active before, ActiveRevisions.Active after) {
    before.revisions().stream()
        .filter(revision -> !after.revisions().contains(revision))
        .forEach(
            revision ->
                vanished.accept(new Key(Kind.TASK_DEFINITION, "", revision), after.startedAt()));
  }
}
