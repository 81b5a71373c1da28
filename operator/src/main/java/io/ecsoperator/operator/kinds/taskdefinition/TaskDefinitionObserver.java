package io.ecsoperator.operator.kinds.taskdefinition;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.KubernetesObjects.Referrer;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.Read;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import io.ecsoperator.operator.kinds.taskdefinition.RevisionUsageCache.RevisionUsage;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Follower;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Further;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.OldRevisions;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what the plan of a task definition depends on. */
final class TaskDefinitionObserver
    implements Kind.Observer<EcsTaskDefinitionStatus, TaskDefinitionObservation> {
  private static final Set<Reason> CONVERGED =
      Set.of(Reason.RECONCILED, Reason.WAITING_FOR_SERVICES);
  private static final int RESYNCS_BETWEEN_USAGE_READS = 5;

  private final KubernetesObjects objects;
  private final Dependents dependents;
  private final OwnRevisions ownRevisions;
  private final RevisionUsageCache revisionUsage;
  private final TaskDefinitionRequests requests;
  private final PendingRegistrations pending;
  private final Timing timing;

  TaskDefinitionObserver(
      Kind.Dependencies dependencies,
      TaskDefinitionRequests requests,
      PendingRegistrations pending) {
    this.objects = dependencies.objects();
    this.dependents = dependencies.dependents();
    this.ownRevisions = new OwnRevisions(dependencies.ownership());
    this.timing = dependencies.timing();
    this.revisionUsage =
        new RevisionUsageCache(
            ownRevisions, timing.resync().multipliedBy(RESYNCS_BETWEEN_USAGE_READS));
    this.requests = requests;
    this.pending = pending;
  }

  @Override
  public TaskDefinitionObservation observe(
      ReconcileContext<EcsTaskDefinitionStatus> context, EcsReader ecs) {
    return context.deleting()
        ? TaskDefinitionObservation.whileDeleting(dependents.of(context.desired().key()))
        : observeRevisions(context, ecs);
  }

  @Override
  public TaskDefinitionObservation observe(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observed,
      List<? extends Read> reads,
      EcsReader ecs) {
    Further further = observed.further();
    for (Read read : reads) {
      further =
          switch ((TaskDefinitionRead) read) {
            case TaskDefinitionRead.PendingRegistration(String hash) ->
                new Further(
                    Optional.of(pending.mayAppear(context.desired().uid(), hash, context.now())),
                    further.old(),
                    further.own(),
                    further.owned());
            case TaskDefinitionRead.OfOldRevisions(EcsTaskDefinitionStatus status, int limit) ->
                new Further(
                    further.mayAppear(),
                    Optional.of(old(context, status, limit, ecs.with(Priority.CLEANUP))),
                    further.own(),
                    further.owned());
            case TaskDefinitionRead.OfOwnRevisions() ->
                new Further(
                    further.mayAppear(),
                    further.old(),
                    Optional.of(own(context, ecs)),
                    further.owned());
            case TaskDefinitionRead.OfOwner() ->
                new Further(
                    further.mayAppear(),
                    further.old(),
                    further.own(),
                    Optional.of(ownRevisions.newestOwned(ecs, context.desired().nameOr("family"))));
          };
    }
    return observed.with(further);
  }

  private TaskDefinitionObservation observeRevisions(
      ReconcileContext<EcsTaskDefinitionStatus> context, EcsReader ecs) {
    List<Follower> followers = followers(context);
    Optional<String> arn = Optional.ofNullable(context.status().common().arn());
    boolean unchanged = requests.hash(context.desired()).equals(context.status().specHash());
    EcsReader.Freshness freshness = freshness(context, unchanged);
    if (unchanged
        && hasConverged(context)
        && context.freshness() instanceof EcsReader.Freshness.MaxAge
        && !freshness.equals(EcsReader.Freshness.NOW)
        && arn.filter(revision -> ecs.isListed(TaskDefinitionResource.ref(revision), ofList()))
            .isPresent()) {
      return TaskDefinitionObservation.confirmed(followers);
    }
    Optional<Observation> recorded =
        arn.map(revision -> ecs.read(TaskDefinitionResource.ref(revision), freshness));
    boolean active = TaskDefinitionObservation.active(recorded).isPresent();
    // A registration whose answer was lost can be found only by reading the family.
    boolean begun = mayHaveRegistered(context);
    boolean yields = !unchanged && !context.desired().policies().ignoreFields().isEmpty();
    Optional<Observation> newest =
        !active || begun || yields
            ? Optional.of(
                ecs.read(
                    TaskDefinitionResource.ref(context.desired().nameOr("family")),
                    ofFamily(context)))
            : Optional.empty();
    return TaskDefinitionObservation.of(recorded, newest, followers);
  }

  /** Whether a revision may have been registered that the status does not name. */
  private boolean mayHaveRegistered(ReconcileContext<EcsTaskDefinitionStatus> context) {
    String pendingRegistration = context.status().pendingRegistration();
    return pendingRegistration == null
        ? context.isUnrecorded()
        : !pending.isNotSent(pendingRegistration);
  }

  /** Whether the last reconcile found ECS as this spec asks, tags included, and none is leaving. */
  private boolean hasConverged(ReconcileContext<EcsTaskDefinitionStatus> context) {
    CommonStatus common = context.status().common();
    return Objects.equals(common.observedGeneration(), context.desired().generation())
        && !context.awaitsUnansweredChanges()
        && Comparison.ofNew(TaskDefinitionSchema.SCHEMA, requests.tagged(context.desired()))
            .appliedPaths()
            .equals(Comparison.applied(common))
        && Optional.ofNullable(common.conditions()).orElse(List.of()).stream()
            .filter(condition -> condition.status().equals("True"))
            .flatMap(condition -> Reason.of(condition.reason()).stream())
            .anyMatch(CONVERGED::contains);
  }

  /**
   * For an object that has never registered anything, a list that does not have the family
   * suffices.
   */
  private EcsReader.Freshness ofFamily(ReconcileContext<EcsTaskDefinitionStatus> context) {
    boolean first = context.status().common().arn() == null && !mayHaveRegistered(context);
    return first && !context.freshness().equals(EcsReader.Freshness.NOW)
        ? new EcsReader.Freshness.MaxAge(timing.poll())
        : EcsReader.Freshness.NOW;
  }

  private EcsReader.Freshness freshness(ReconcileContext<?> context, boolean unchanged) {
    return unchanged
            && context.freshness() instanceof EcsReader.Freshness.MaxAge
            && !context.freshness().equals(EcsReader.Freshness.NOW)
        ? new EcsReader.Freshness.MaxAge(timing.converged())
        : context.freshness();
  }

  /** The list may be old, because a revision that leaves it triggers its object. */
  private EcsReader.Freshness ofList() {
    return new EcsReader.Freshness.MaxAge(timing.staleList());
  }

  private List<Follower> followers(ReconcileContext<?> context) {
    return objects.referrers(context.desired().key()).stream()
        .filter(referrer -> referrer.follows() && isExpectedToFollow(referrer.object()))
        .map(
            referrer -> new Follower(referrer.object().getMetadata().getName(), referrer.usedArn()))
        .sorted(Comparator.comparing(Follower::name))
        .toList();
  }

  private static boolean isExpectedToFollow(EcsResource<?> object) {
    boolean stalled =
        object.getStatus() != null
            && Conditions.isTrue(object.getStatus().common(), Conditions.STALLED);
    return !stalled
        && !object.isMarkedForDeletion()
        && Desired.of(object, Set.of(), Policies.Deletion.DELETE).mayWrite();
  }

  private OldRevisions old(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      EcsTaskDefinitionStatus status,
      int limit,
      EcsReader ecs) {
    try {
      boolean atOnce = context.freshness().equals(EcsReader.Freshness.NOW);
      RevisionUsage usage = revisionUsage.of(ecs, status, limit, atOnce, context.now());
      RevisionsInUse inUse = usage.inUse().and(usedByObjects(context.desired()));
      List<OwnRevision> old =
          ownRevisions.among(
              ecs,
              usage.old(),
              OwnRevisions.history(status),
              context.desired(),
              limit + inUse.arns().size() + RevisionPruner.AT_ONCE,
              new EcsReader.Freshness.Since(usage.askedAt()));
      return new OldRevisions.Found(old, inUse);
    } catch (AwsFailure failure) {
      return new OldRevisions.Failed(failure);
    }
  }

  /** A task attempt that has begun or may be repeated needs its revision even if no task runs. */
  private Set<String> usedByObjects(Desired desired) {
    return objects.referrers(desired.key()).stream()
        .filter(Referrer::usesSomething)
        .flatMap(referrer -> referrer.usedArn().stream())
        .collect(Collectors.toSet());
  }

  /** Revisions to deregister or to release; as many as one plan takes. */
  private List<OwnRevision> own(ReconcileContext<EcsTaskDefinitionStatus> context, EcsReader ecs) {
    Desired desired = context.desired();
    String family = desired.nameOr("family");
    List<String> arns = new ArrayList<>(ownRevisions.listed(ecs, family, State.ACTIVE));
    if (RevisionPruner.deletes(desired)) {
      arns.addAll(ownRevisions.listed(ecs, family, State.INACTIVE));
    }
    // A list may not show yet what status names.
    Optional.ofNullable(context.status().common().arn()).ifPresent(arns::add);
    OwnRevisions.history(context.status()).stream()
        .filter(revision -> OwnRevisions.isAfter(revision, context.now().minus(timing.grace())))
        .map(Revision::arn)
        .forEach(arns::add);
    return ownRevisions.among(
        ecs,
        arns,
        // A released revision has no owner tag, and the history must not claim it again.
        desired.retains() ? List.of() : OwnRevisions.history(context.status()),
        desired,
        RevisionPruner.AT_ONCE,
        context.freshness());
  }
}
