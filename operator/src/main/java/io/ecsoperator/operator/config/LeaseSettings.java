package io.ecsoperator.operator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The Lease by which the replicas of an installation elect a leader.
 *
 * @param namespace the namespace of the Lease; the operator's own if empty
 * @param name the same for all replicas of an installation, and different from that of any other
 *     installation in the namespace
 * @param duration how long a lease is valid without being renewed, in whole seconds
 * @param renewDeadline how long the leader acts after its last renewal; the rest of the duration is
 *     for calls that are running then
 * @param retryPeriod how often the leader renews the lease, and the other replicas try to acquire
 *     it
 */
public record LeaseSettings(
    Optional<String> namespace,
    String name,
    Duration duration,
    Duration renewDeadline,
    Duration retryPeriod) {

  public LeaseSettings {
    if (name.isBlank()) {
      throw new IllegalArgumentException("--lease-name must not be empty");
    }
    if (duration.toSeconds() < 1 || duration.toNanosPart() != 0) {
      throw new IllegalArgumentException("--lease-duration must be in whole seconds");
    }
    if (renewDeadline.compareTo(duration) >= 0) {
      throw new IllegalArgumentException("--renew-deadline must be shorter than --lease-duration");
    }
    if (!retryPeriod.isPositive() || retryPeriod.compareTo(renewDeadline) >= 0) {
      throw new IllegalArgumentException(
          "--retry-period must be longer than 0s and shorter than --renew-deadline");
    }
  }
}
