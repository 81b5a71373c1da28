package io.ecsoperator.operator.kinds.taskdefinition;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Revisions that were registered, or may have been because the answer was lost or the process died,
 * and that ECS does not show. RegisterTaskDefinition takes no client token, and ECS is eventually
 * consistent. So a revision counts as absent only after several reads, and not before some seconds
 * have passed.
 */
final class PendingRegistrations {
  private static final Duration CONSISTENT_WITHIN = Duration.ofSeconds(5);
  private static final int READS = 4;

  /** Pause until the next read while it is unknown. */
  static final Duration PAUSE = Duration.ofMillis(1500);

  private record Missing(String hash, Instant since, int reads) {}

  private final Map<String, Missing> byUid = new ConcurrentHashMap<>();

  /** Hashes of requests whose last registration was deferred and not sent. */
  private final Set<String> deferred = ConcurrentHashMap.newKeySet();

  /** Forgets everything: another replica may have sent requests since. */
  void reset() {
    byUid.clear();
    deferred.clear();
  }

  /** A registration was queued for quota and not sent: no revision can appear. */
  void wasNotSent(String hash) {
    deferred.add(hash);
  }

  /** Whether it is known that a registration has not been sent. */
  boolean isNotSent(String hash) {
    return deferred.contains(hash);
  }

  /**
   * Counts a read that does not show the revision.
   *
   * @return whether it may still appear
   */
  boolean mayAppear(String uid, String hash, Instant now) {
    // The caller registers it next; from then on it may appear.
    if (deferred.remove(hash)) {
      byUid.remove(uid);
      return false;
    }
    Missing missing =
        byUid.compute(
            uid,
            (same, before) ->
                before == null || !before.hash().equals(hash)
                    ? new Missing(hash, now, 1)
                    : new Missing(hash, before.since(), before.reads() + 1));
    boolean absent =
        missing.reads() >= READS && !now.isBefore(missing.since().plus(CONSISTENT_WITHIN));
    if (absent) {
      byUid.remove(uid);
    }
    return !absent;
  }
}
