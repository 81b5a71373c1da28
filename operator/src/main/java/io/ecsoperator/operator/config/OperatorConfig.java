package io.ecsoperator.operator.config;

import io.ecsoperator.operator.aws.quota.QuotaSettings;
import java.util.List;
import java.util.Optional;

/**
 * The operator's settings. AWS is configured by the SDK's standard variables.
 *
 * @param namespaces the namespaces to watch; all if empty
 * @param lease the Lease of the leader election; empty if there is only one replica
 * @param threads the objects that are reconciled at the same time, except those that wait for AWS
 * @param quotas the part of AWS's request quotas that the operator uses
 */
public record OperatorConfig(
    List<String> namespaces,
    OwnershipSettings ownership,
    Optional<LeaseSettings> lease,
    Intervals intervals,
    ReadSettings reads,
    int threads,
    QuotaSettings quotas,
    ServerSettings servers) {

  public OperatorConfig {
    namespaces = List.copyOf(namespaces);
    if (threads < 1) {
      throw new IllegalArgumentException("--threads must be at least 1");
    }
  }
}
