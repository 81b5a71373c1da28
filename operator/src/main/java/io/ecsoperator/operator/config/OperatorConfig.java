package io.ecsoperator.operator.config;

import io.ecsoperator.operator.aws.quota.QuotaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operator's own settings. Those of AWS are the SDK's standard variables.
 *
 * @param namespaces the namespaces to watch; all when empty
 * @param ownerId which installation the owner tags name; the uid of kube-system when empty
 * @param lease how the replicas agree on the one that acts; empty where there is only one replica
 * @param pollInterval how often what is going on in ECS is looked at
 * @param resyncInterval in which time everything in ECS is read again: how soon drift is seen
 * @param refusedInterval when a refused call is tried again if nothing changes before
 * @param maxBackoff the longest pause between tries of what may work later
 * @param batchWindow how long a describe waits for others to join
 * @param gracePeriod how long what ECS answered to a write stands against reads that do not show it
 * @param threads objects worked on at the same time, those that wait for AWS not counted
 * @param quotas how much of AWS's request quotas is used
 */
public record OperatorConfig(
    List<String> namespaces,
    Optional<String> ownerId,
    Optional<LeaseSettings> lease,
    Duration pollInterval,
    Duration resyncInterval,
    Duration refusedInterval,
    Duration maxBackoff,
    Duration batchWindow,
    Duration gracePeriod,
    int threads,
    QuotaSettings quotas,
    String host,
    int metricsPort,
    int healthPort) {

  private static final int MAX_PORT = 65_535;

  public OperatorConfig {
    namespaces = List.copyOf(namespaces);
    requirePositive("--poll-interval", pollInterval);
    requirePositive("--resync-interval", resyncInterval);
    requirePositive("--refused-interval", refusedInterval);
    requirePositive("--max-backoff", maxBackoff);
    if (batchWindow.isNegative() || gracePeriod.isNegative()) {
      throw new IllegalArgumentException("--batch-window and --grace-period must not be negative");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1");
    }
    requirePort("--metrics-port", metricsPort);
    requirePort("--health-port", healthPort);
  }

  private static void requirePort(String option, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(option + " must be between 0 and " + MAX_PORT);
    }
  }

  private static void requirePositive(String option, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(option + " must be longer than 0s");
    }
  }
}
