package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.taskdefinition.Revision;

/** A revision that an object has registered, and its state in ECS. */
record OwnRevision(Revision revision, State state) {

  enum State {
    ACTIVE,
    /** Deregistered: its tasks continue to run, and it can be deleted. */
    INACTIVE,
    /** Deleted, being deleted, or owned by another object now. */
    GONE,
    /** ECS shows no such revision: it is deleted, or was registered a moment ago. */
    NOT_SHOWN
  }

  String arn() {
    return revision.arn();
  }
}
