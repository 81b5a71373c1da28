package io.ecsoperator.operator.kinds.taskdefinition;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Revisions that were registered, or may have been as the answer was lost or the process died, and
 * that ECS does not show. RegisterTaskDefinition takes no client token, and what ECS shows may be
 * older than what it has done. So they count as not there only after several looks, and not before
 * some seconds have passed.
 */
final class PendingRegistrations {
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(5);
  private static final int READS = 4;

  /** When to look again while it is in doubt. */
  static final Duration PAUSE = Duration.ofMillis(1500);

  private record Doubt(String hash, Instant since, int reads) {}

  private final Map<String, Doubt> byUid = new ConcurrentHashMap<>();

  /** Hashes of what was not sent when it was last meant to be registered. */
  private final Set<String> onDeferred = ConcurrentHashMap.newKeySet();

  /** Nothing is known any more of what was sent and what was not. */
  void reset() {
    byUid.clear();
    onDeferred.clear();
  }

  /** A registration only waited for its turn: there is nothing to show up. */
  void wasNotSent(String hash) {
    onDeferred.add(hash);
  }

  /** Whether it is known that a registration has not been sent. */
  boolean isNotSent(String hash) {
    return onDeferred.contains(hash);
  }

  /**
   * Counts a look that does not show the revision.
   *
   * @return whether it may show up yet
   */
  boolean mayAppear(String uid, String hash, Instant now) {
    // Whoever learns this registers next, and from then on it may show up.
    if (onDeferred.remove(hash)) {
      byUid.remove(uid);
      return false;
    }
    Doubt doubt =
        byUid.compute(
            uid,
            (same, before) ->
                before == null || !before.hash().equals(hash)
                    ? new Doubt(hash, now, 1)
                    : new Doubt(hash, before.since(), before.reads() + 1));
    boolean settled = doubt.reads() >= READS && !now.isBefore(doubt.since().plus(SETTLES_WITHIN));
    if (settled) {
      byUid.remove(uid);
    }
    return !settled;
  }
}
