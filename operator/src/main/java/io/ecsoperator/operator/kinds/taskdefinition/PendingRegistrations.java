package io.ecsoperator.operator.kinds.taskdefinition;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Revisions that were registered, or may have been because the answer was lost or the process died,
 * and that ECS does not show. RegisterTaskDefinition takes no client token, and ECS is eventually
 * consistent. So a revision counts as absent only once a read that was made at least a grace period
 * after the call does not show it.
 */
final class PendingRegistrations {
  private record Missing(String hash, Instant since) {}

  private final Duration grace;
  private final Map<String, Missing> byUid = new ConcurrentHashMap<>();

  /** Hashes of requests whose last registration was deferred and not sent. */
  private final Set<String> deferred = ConcurrentHashMap.newKeySet();

  /**
   * @param grace how far a read may be behind a write
   */
  PendingRegistrations(Duration grace) {
    this.grace = grace;
  }

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
   * Reports a read that does not show the revision; the first one is later than the call.
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
                before == null || !before.hash().equals(hash) ? new Missing(hash, now) : before);
    boolean absent = !now.isBefore(missing.since().plus(grace));
    if (absent) {
      byUid.remove(uid);
    }
    return !absent;
  }
}
