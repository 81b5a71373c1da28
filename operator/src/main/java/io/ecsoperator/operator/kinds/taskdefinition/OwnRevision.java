package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.taskdefinition.Revision;

/** A revision that an object has registered, and what has become of it. */
record OwnRevision(Revision revision, State state) {

  enum State {
    ACTIVE,
    /** Deregistered: what runs of it goes on, and it can be deleted. */
    INACTIVE,
    /** Deleted, on its way to be, or another object's by now. */
    GONE
  }

  String arn() {
    return revision.arn();
  }
}
