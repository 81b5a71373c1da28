package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What is active of a family and what is in use of it, kept for a while: finding out takes calls to
 * every cluster of the account.
 */
final class RevisionUsageCache {

  /**
   * @param askedAt before the first of its calls was made
   * @param old ARNs of the family's active revisions and of those in the object's history, but for
   *     its current one
   */
  record RevisionUsage(Instant askedAt, List<String> old, RevisionsInUse inUse) {}

  private final OwnRevisions revisions;
  private final Duration keep;

  /** By current revision: with a new one, the one before it has become old. */
  private final Map<String, RevisionUsage> byCurrent = new ConcurrentHashMap<>();

  /**
   * @param keep how long a survey counts
   */
  RevisionUsageCache(OwnRevisions revisions, Duration keep) {
    this.revisions = revisions;
    this.keep = keep;
  }

  /**
   * The last survey of the object's family if it still counts, else a new one.
   *
   * @param atOnce whether the last one does not count
   * @throws io.ecsoperator.operator.aws.AwsFailure when ECS cannot be asked; nothing is kept then
   */
  RevisionUsage of(
      EcsReader ecs, EcsTaskDefinitionStatus status, int limit, boolean atOnce, Instant now) {
    byCurrent.values().removeIf(old -> !old.askedAt().plus(keep).isAfter(now));
    String current = status.common().arn();
    RevisionUsage known = byCurrent.get(current);
    if (known != null && !atOnce) {
      return known;
    }
    String family =
        Objects.requireNonNull(status.family(), "A revision in effect belongs to a family.");
    List<String> old =
        Stream.concat(
                revisions.listed(ecs, family, State.ACTIVE).stream(),
                OwnRevisions.history(status).stream().map(Revision::arn))
            .distinct()
            .filter(arn -> !arn.equals(current))
            .toList();
    RevisionsInUse inUse =
        old.size() > limit ? new RevisionUsers(ecs).of(family) : RevisionsInUse.UNKNOWN;
    RevisionUsage made = new RevisionUsage(now, old, inUse);
    byCurrent.put(current, made);
    return made;
  }
}
