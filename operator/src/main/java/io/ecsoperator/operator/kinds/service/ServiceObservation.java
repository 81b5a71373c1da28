package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * What was observed of a service.
 *
 * @param service empty while its cluster is not known
 * @param history read only before a deployment is requested that ECS may have rolled back already
 * @param failedTasks read only if a rollout fails or was rolled back
 * @param pause read only during a rollout of a service that has PAUSE hooks
 */
record ServiceObservation(
    References.Resolved references,
    Optional<Observation> service,
    Optional<DeploymentHistory> history,
    Optional<List<FailedTask>> failedTasks,
    Optional<Pause> pause) {

  /**
   * @param newest empty where the service never had a deployment
   */
  record DeploymentHistory(Optional<Newest> newest) {}

  /**
   * The newest deployment.
   *
   * @param deploymentId its id in the service, which its tasks carry too
   * @param rolledBack why ECS rolled it back, or was asked to; empty if it did not
   */
  record Newest(String arn, String deploymentId, Optional<String> rolledBack) {}

  /**
   * @param hook empty where the deployment does not wait
   */
  record Pause(Optional<PauseHook> hook) {}

  ServiceObservation withHistory(Optional<Newest> newest) {
    return new ServiceObservation(
        references, service, Optional.of(new DeploymentHistory(newest)), failedTasks, pause);
  }

  ServiceObservation withFailedTasks(List<FailedTask> failedTasks) {
    return new ServiceObservation(references, service, history, Optional.of(failedTasks), pause);
  }

  ServiceObservation withPause(Optional<PauseHook> hook) {
    return new ServiceObservation(
        references, service, history, failedTasks, Optional.of(new Pause(hook)));
  }

  Optional<PauseHook> pauseHook() {
    return pause.flatMap(Pause::hook);
  }

  /** Id of the deployment of which failed tasks count: the one that was rolled back, or runs. */
  Optional<String> failingDeployment(DescribedService described) {
    return newest()
        .filter(newest -> newest.rolledBack().isPresent())
        .map(Newest::deploymentId)
        .or(() -> described.primaryDeployment().map(Deployment::id));
  }

  Optional<Newest> newest() {
    return history.flatMap(DeploymentHistory::newest);
  }
}
