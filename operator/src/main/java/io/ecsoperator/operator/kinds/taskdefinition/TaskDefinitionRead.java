package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.engine.Read;

/** Reads that only some plans of a task definition depend on. */
sealed interface TaskDefinitionRead extends Read {

  /**
   * Whether a registration that ECS does not show may still appear.
   *
   * @param hash of the registered request
   */
  record PendingRegistration(String hash) implements TaskDefinitionRead {}

  /**
   * The old revisions of an object that keeps only so many, and which of them are in use.
   *
   * @param status of the object, with its current revision
   * @param limit how many old revisions it keeps
   */
  record OfOldRevisions(EcsTaskDefinitionStatus status, int limit) implements TaskDefinitionRead {}

  /** The newest revision of the family that has an owner. */
  record OfOwner() implements TaskDefinitionRead {}

  /** The revisions of an object that is being deleted; as many as one plan takes. */
  record OfOwnRevisions() implements TaskDefinitionRead {}
}
