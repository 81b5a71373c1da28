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
 * Caches which revisions of a family are active and which are in use. Finding out takes calls to
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

  /** By ARN of the current revision, because a new revision makes the one before it old. */
  private final Map<String, RevisionUsage> byCurrent = new ConcurrentHashMap<>();

  /**
   * @param keep how long a result is valid
   */
  RevisionUsageCache(OwnRevisions revisions, Duration keep) {
    this.revisions = revisions;
    this.keep = keep;
  }

  /**
   * Returns the cached result for the object's family if it is still valid, else reads anew.
   *
   * @param atOnce true to ignore the cached result
   * @throws io.ecsoperator.operator.aws.AwsFailure if ECS cannot be read; nothing is cached then
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
