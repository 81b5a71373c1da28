package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents.Dependent;
import java.util.List;
import java.util.Optional;

/**
 * What was observed of a task definition.
 *
 * @param confirmed whether the revision that the status names is known to be active, for an object
 *     that had converged on it: then no revision is read
 * @param recorded the revision that the status names
 * @param newest the newest active revision of the family; read only where the plan may depend on it
 * @param followers the objects that are to move to the newest revision
 * @param dependents the objects that have to be gone before it; read only while deleting
 * @param further what the planner needed beside
 */
record TaskDefinitionObservation(
    boolean confirmed,
    Optional<Observation> recorded,
    Optional<Observation> newest,
    List<Follower> followers,
    List<Dependent> dependents,
    Further further) {

  /**
   * Reads that only some plans depend on; empty where not read.
   *
   * @param mayAppear whether a registration that ECS does not show may still appear
   * @param own revisions of an object that is being deleted
   * @param owned the newest revision of the family that has an owner, if there is one
   */
  record Further(
      Optional<Boolean> mayAppear,
      Optional<OldRevisions> old,
      Optional<List<OwnRevision>> own,
      Optional<Optional<DescribedTaskDefinition>> owned) {
    static final Further NONE =
        new Further(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The old revisions of an object, newest first, or why they could not be read. */
  sealed interface OldRevisions {
    record Found(List<OwnRevision> revisions, RevisionsInUse inUse) implements OldRevisions {}

    record Failed(AwsFailure failure) implements OldRevisions {}
  }

  /**
   * An object that refers to the definition and moves to its newest revision.
   *
   * @param target ARN of the revision that ECS runs or is to run for it; empty before it is created
   */
  record Follower(String name, Optional<String> target) {}

  static TaskDefinitionObservation confirmed(List<Follower> followers) {
    return new TaskDefinitionObservation(
        true, Optional.empty(), Optional.empty(), followers, List.of(), Further.NONE);
  }

  static TaskDefinitionObservation of(
      Optional<Observation> recorded, Optional<Observation> newest, List<Follower> followers) {
    return new TaskDefinitionObservation(
        false, recorded, newest, followers, List.of(), Further.NONE);
  }

  static TaskDefinitionObservation whileDeleting(List<Dependent> dependents) {
    return new TaskDefinitionObservation(
        false, Optional.empty(), Optional.empty(), List.of(), dependents, Further.NONE);
  }

  TaskDefinitionObservation with(Further further) {
    return new TaskDefinitionObservation(
        confirmed, recorded, newest, followers, dependents, further);
  }

  static Optional<DescribedTaskDefinition> active(Optional<Observation> observation) {
    return observation
        .filter(Observation.Present.class::isInstance)
        .map(present -> new DescribedTaskDefinition(((Observation.Present) present).tree()))
        .filter(DescribedTaskDefinition::isActive);
  }

  Optional<Observation.Unknown> unknown() {
    return recorded
        .filter(Observation.Unknown.class::isInstance)
        .or(() -> newest.filter(Observation.Unknown.class::isInstance))
        .map(Observation.Unknown.class::cast);
  }
}
