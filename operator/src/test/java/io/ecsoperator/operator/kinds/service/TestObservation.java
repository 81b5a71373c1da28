package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.TestReferences.Ref;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.kinds.service.ServiceObservation.DeploymentHistory;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Pause;
import java.util.List;
import java.util.Optional;

/** A service's observation in which all that a planner may need has been read. */
record TestObservation(
    Ref cluster,
    Optional<? extends Ref> taskDefinition,
    Optional<Observation> service,
    Optional<Newest> newest,
    List<FailedTask> failedTasks,
    Optional<PauseHook> pauseHook) {

  TestObservation(
      Ref cluster,
      Optional<? extends Ref> taskDefinition,
      Optional<Observation> service,
      Optional<Newest> newest,
      List<FailedTask> failedTasks) {
    this(cluster, taskDefinition, service, newest, failedTasks, Optional.empty());
  }

  ServiceObservation of(Desired desired) {
    return new ServiceObservation(
        TestReferences.of(desired, cluster, taskDefinition),
        service,
        Optional.of(new DeploymentHistory(newest)),
        Optional.of(failedTasks),
        Optional.of(new Pause(pauseHook)));
  }

  /** The same before the planner has said what else it needs. */
  ServiceObservation firstOf(Desired desired) {
    return new ServiceObservation(
        TestReferences.of(desired, cluster, taskDefinition),
        service,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
