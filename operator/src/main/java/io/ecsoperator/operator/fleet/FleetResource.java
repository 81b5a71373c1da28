package io.ecsoperator.operator.fleet;

import java.time.Instant;

/**
 * A resource of ECS as it was read last.
 *
 * @param cluster name of the cluster that it lives in or is; empty for one that lives in none
 * @param ownerTag the value of its owner tag, or of that of the service that started it; empty
 *     without one
 * @param group of a task, such as {@code service:web}; empty for other resources
 * @param readAt when the read that shows it was begun
 * @param revision of the copy in which it changed last
 * @param packed its description
 */
public record FleetResource(
    FleetType type,
    String arn,
    String cluster,
    String ownerTag,
    String group,
    Instant readAt,
    long revision,
    byte[] packed) {

  FleetResource readAgain(Instant at) {
    return new FleetResource(type, arn, cluster, ownerTag, group, at, revision, packed);
  }

  /** By identity: descriptions are compared by their bytes where that counts. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return arn + "@" + revision;
  }
}
