package io.ecsoperator.operator.kinds.taskdefinition;

import java.util.HashSet;
import java.util.Set;

/**
 * Which revisions of a family are in use.
 *
 * @param all true if no revision may be removed: a service that runs the family is rolling out, and
 *     ECS may roll it back to a revision that no task runs now
 */
record RevisionsInUse(Set<String> arns, boolean all) {

  /** Nothing was read, so no revision may be removed. */
  static final RevisionsInUse UNKNOWN = new RevisionsInUse(Set.of(), true);

  RevisionsInUse {
    arns = Set.copyOf(arns);
  }

  RevisionsInUse and(Set<String> more) {
    Set<String> both = new HashSet<>(arns);
    both.addAll(more);
    return new RevisionsInUse(both, all);
  }

  boolean has(String arn) {
    return all || arns.contains(arn);
  }
}
