package io.ecsoperator.operator.kinds.taskdefinition;

import java.util.HashSet;
import java.util.Set;

/**
 * Which revisions of a family something uses.
 *
 * @param all whether none may be touched: a service that runs the family is in a rollout, and ECS
 *     may take it back to a revision of which nothing runs any more
 */
record RevisionsInUse(Set<String> arns, boolean all) {

  /** As good as known, where nobody has asked. */
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
