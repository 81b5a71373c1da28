package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.ResolvedReferences;
import java.util.List;
import java.util.Optional;

/**
 * What was observed of a service.
 *
 * @param service empty while its cluster is not known
 * @param history read only before a deployment is requested that ECS may have rolled back already
 * @param failedTasks read only if a rollout fails or was rolled back
 */
record ServiceObservation(
    ResolvedReferences references,
    Optional<Observation> service,
    Optional<DeploymentHistory> history,
    Optional<List<FailedTask>> failedTasks) {

  /**
   * @param newest empty where the service never had a deployment
   */
  record DeploymentHistory(Optional<Newest> newest) {}

  /**
   * The newest deployment.
   *
   * @param rolledBack why ECS rolled it back, or was asked to; empty if it did not
   */
  record Newest(String arn, Optional<String> rolledBack) {}

  ServiceObservation withHistory(Optional<Newest> newest) {
    return new ServiceObservation(
        references, service, Optional.of(new DeploymentHistory(newest)), failedTasks);
  }

  ServiceObservation withFailedTasks(List<FailedTask> failedTasks) {
    return new ServiceObservation(references, service, history, Optional.of(failedTasks));
  }

  Optional<Newest> newest() {
    return history.flatMap(DeploymentHistory::newest);
  }
}
