package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Reference;
import java.util.List;
import java.util.Optional;

/**
 * What there is of a service.
 *
 * @param taskDefinition empty where the spec names none
 * @param service not looked for, and so empty, while the cluster is not known
 * @param newest the newest deployment; looked for only before another one is asked for, where it
 *     may have been taken back
 * @param failedTasks looked for only where there is trouble
 */
record ServiceObservation(
    Reference cluster,
    Optional<Reference> taskDefinition,
    Optional<Observation> service,
    Optional<Newest> newest,
    List<FailedTask> failedTasks) {

  /**
   * @param takenBack why ECS took the deployment back, or was told to; empty if it did not
   */
  record Newest(String arn, Optional<String> rolledBack) {}
}
