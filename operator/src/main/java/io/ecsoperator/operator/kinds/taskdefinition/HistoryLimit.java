package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.taskdefinition.RevisionUsageCache.RevisionUsage;
import io.ecsoperator.operator.status.ReadyState;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at the old revisions of an object that keeps only so many. */
final class HistoryLimit {
  private static final int RESYNCS_BETWEEN_SURVEYS = 5;

  private final KubernetesObjects objects;
  private final OwnRevisions revisions;
  private final RevisionUsageCache revisionUsage;
  private final RevisionCleanup cleanup = new RevisionCleanup();

  HistoryLimit(KubernetesObjects objects, OwnRevisions revisions, Timing timing) {
    this.objects = objects;
    this.revisions = revisions;
    this.revisionUsage =
        new RevisionUsageCache(revisions, timing.resync().multipliedBy(RESYNCS_BETWEEN_SURVEYS));
  }

  /** What is to be done about them for an object that is settled and Ready otherwise. */
  Decision<EcsTaskDefinitionStatus> look(
      ReconcileContext<EcsTaskDefinitionStatus> view,
      EcsReader ecs,
      EcsTaskDefinitionStatus settled,
      ReadyState.Ready ready) {
    OptionalInt limit = RevisionCleanup.limit(view.desired());
    // A pause holds what is to be done, but old revisions take nothing from being Ready.
    if (limit.isEmpty()
        || view.desired().annotations().paused()
        || !mayExceed(limit.getAsInt(), settled)) {
      return Decision.settled(settled, ready);
    }
    try {
      boolean atOnce = view.freshness().equals(Freshness.NOW);
      RevisionUsage survey = revisionUsage.of(ecs, settled, limit.getAsInt(), atOnce, view.now());
      RevisionsInUse inUse = survey.inUse().and(pinnedByTasks(view.desired()));
      List<OwnRevision> old =
          revisions.among(
              ecs,
              survey.old(),
              OwnRevisions.history(settled),
              view.desired(),
              limit.getAsInt() + inUse.arns().size() + RevisionCleanup.AT_ONCE,
              new Freshness.Since(survey.askedAt()));
      return cleanup.prune(view, settled, ready, old, inUse);
    } catch (AwsFailure failure) {
      return new Decision.Postponed<>(settled, ready, failure);
    }
  }

  /** As the history tells, without a call; a full one may have lost older revisions. */
  private static boolean mayExceed(int limit, EcsTaskDefinitionStatus status) {
    List<Revision> history = OwnRevisions.history(status);
    return history.size() >= TaskDefinitionPlanner.MAX_HISTORY || history.size() - 1 > limit;
  }

  /** An attempt that is begun, or to be repeated, needs its revision though nothing runs of it. */
  private Set<String> pinnedByTasks(Desired desired) {
    return objects.tasksOf(desired.key()).stream()
        .filter(task -> !Dependents.isFinished(task))
        .map(EcsTask::getStatus)
        .filter(Objects::nonNull)
        .map(status -> status.current().taskDefinition())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }
}
