package io.ecsoperator.operator.kinds.task;

import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.TestReferences.Ref;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Desired;
import java.util.List;
import java.util.Optional;

/** A task's observation, whose references resolve to what a test names. */
record TestObservation(
    Ref cluster,
    Optional<? extends Ref> taskDefinition,
    List<Observation> tasks,
    Optional<Observation> instance,
    Optional<Observation> revision) {

  TaskObservation of(Desired desired) {
    return new TaskObservation(
        TestReferences.of(desired, cluster, taskDefinition), tasks, instance, revision);
  }
}
