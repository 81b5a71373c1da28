package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.KindReconciler;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Follower;
import io.ecsoperator.operator.status.Conditions;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Keeps the newest revision of a family as its EcsTaskDefinition asks. */
public final class TaskDefinitionReconciler
    implements KindReconciler<EcsTaskDefinition, EcsTaskDefinitionStatus> {
  private static final String REGISTER = "RegisterTaskDefinition";
  private static final Set<Reason> SETTLED = Set.of(Reason.RECONCILED, Reason.WAITING_FOR_SERVICES);

  private final KubernetesObjects objects;
  private final Dependents dependents;
  private final OwnRevisions ownRevisions;
  private final HistoryLimit historyLimit;
  private final TaskDefinitionPlanner planner;
  private final RevisionCleanup cleanup = new RevisionCleanup();
  private final PendingRegistrations unseen = new PendingRegistrations();
  private final Timing timing;

  public TaskDefinitionReconciler(KubernetesObjects objects, Ownership ownership, Timing timing) {
    this.objects = objects;
    this.dependents = new Dependents(objects);
    this.ownRevisions = new OwnRevisions(ownership);
    this.historyLimit = new HistoryLimit(objects, ownRevisions, timing);
    this.planner = new TaskDefinitionPlanner(ownership, timing);
    this.timing = timing;
  }

  /** Another replica may have gone on since with what this one has not done. */
  public void reset() {
    unseen.reset();
  }

  @Override
  public Class<EcsTaskDefinition> type() {
    return EcsTaskDefinition.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of("revisionHistoryLimit", "revisionCleanup");
  }

  @Override
  public EcsTaskDefinitionStatus unknown() {
    return new EcsTaskDefinitionStatus(CommonStatus.unknown(), null, null, null, null, null);
  }

  @Override
  public EcsTaskDefinitionStatus withCommon(EcsTaskDefinitionStatus status, CommonStatus common) {
    return status.withCommon(common);
  }

  @Override
  public Decision<EcsTaskDefinitionStatus> look(
      ReconcileContext<EcsTaskDefinitionStatus> view, EcsReader ecs) {
    if (view.deleting()) {
      return lookWhileDeleting(view, ecs);
    }
    TaskDefinitionObservation observation = observe(view, ecs);
    Decision<EcsTaskDefinitionStatus> step = planner.plan(view, observation);
    if (step instanceof Decision.Act<EcsTaskDefinitionStatus> act
        && isRepetition(act.intent(), view, observation)
        && unseen.mayShowUp(view.desired().uid(), act.intent().pendingRegistration(), view.now())) {
      return Decision.settled(
          view.status().withPendingRegistration(act.intent().pendingRegistration()),
          new ReadyState.Reconciling(
              Reason.REGISTERING,
              "Looking whether the revision has been registered and only does not show yet.",
              PendingRegistrations.BETWEEN_LOOKS));
    }
    // Old revisions come last: only when the newest one is all that anybody could wish for.
    return step instanceof Decision.Settled<EcsTaskDefinitionStatus> settled
            && settled.readyState() instanceof ReadyState.Ready ready
        ? historyLimit.look(view, ecs.with(Priority.CLEANUP), settled.facts(), ready)
        : step;
  }

  /** Whether just this was registered before, or may have been, and only does not show. */
  private static boolean isRepetition(
      EcsTaskDefinitionStatus intent,
      ReconcileContext<EcsTaskDefinitionStatus> view,
      TaskDefinitionObservation observation) {
    String hash = intent.pendingRegistration();
    if (hash == null) {
      return false;
    }
    boolean recordedShows = TaskDefinitionObservation.active(observation.recorded()).isPresent();
    return isUnrecorded(view)
        || hash.equals(view.status().pendingRegistration())
        || hash.equals(view.status().specHash()) && !recordedShows;
  }

  private TaskDefinitionObservation observe(
      ReconcileContext<EcsTaskDefinitionStatus> view, EcsReader ecs) {
    List<Follower> followers = followers(view);
    Optional<String> arn = Optional.ofNullable(view.status().common().arn());
    boolean unchanged = planner.hash(view.desired()).equals(view.status().specHash());
    Freshness freshness = freshness(view, unchanged);
    if (unchanged
        && isSettled(view)
        && !freshness.equals(Freshness.NOW)
        && arn.filter(revision -> ecs.isListed(TaskDefinitionResource.ref(revision), ofList()))
            .isPresent()) {
      return TaskDefinitionObservation.confirmed(followers);
    }
    Optional<Observation> recorded =
        arn.map(revision -> ecs.read(TaskDefinitionResource.ref(revision), freshness));
    boolean active = TaskDefinitionObservation.active(recorded).isPresent();
    // A registration whose answer was lost can only be found by looking at the family.
    boolean begun = mayHaveRegistered(view);
    boolean yields = !unchanged && !view.desired().policies().ignoreFields().isEmpty();
    Optional<Observation> newest =
        !active || begun || yields
            ? Optional.of(
                ecs.read(
                    TaskDefinitionResource.ref(view.desired().nameOr("family")), ofFamily(view)))
            : Optional.empty();
    return TaskDefinitionObservation.of(recorded, newest, followers);
  }

  /** Whether a revision may have been registered that the status does not name. */
  private boolean mayHaveRegistered(ReconcileContext<EcsTaskDefinitionStatus> view) {
    String pendingRegistration = view.status().pendingRegistration();
    return pendingRegistration == null
        ? isUnrecorded(view)
        : !unseen.isNotSent(pendingRegistration);
  }

  /**
   * The first registration is not on record: whoever finds nothing but a finalizer looks for it.
   */
  @Override
  public boolean mustRecord(ReconcileContext<EcsTaskDefinitionStatus> view) {
    return !(view.firstReconcile() && view.withoutStatus());
  }

  /** Whether the look that put the finalizer on came to no end: it may have registered. */
  private static boolean isUnrecorded(ReconcileContext<EcsTaskDefinitionStatus> view) {
    return !view.firstReconcile() && view.withoutStatus();
  }

  /** Whether the last look found this spec in effect, down to the tags. */
  private static boolean isSettled(ReconcileContext<EcsTaskDefinitionStatus> view) {
    CommonStatus common = view.status().common();
    return Objects.equals(common.observedGeneration(), view.desired().generation())
        && Optional.ofNullable(common.conditions()).orElse(List.of()).stream()
            .filter(condition -> condition.status().equals("True"))
            .flatMap(condition -> Reason.of(condition.reason()).stream())
            .anyMatch(SETTLED::contains);
  }

  /** That an object which never registered anything finds no family may be told by a list. */
  private Freshness ofFamily(ReconcileContext<EcsTaskDefinitionStatus> view) {
    boolean first = view.status().common().arn() == null && !mayHaveRegistered(view);
    return first && !view.freshness().equals(Freshness.NOW)
        ? new Freshness.MaxAge(timing.poll())
        : Freshness.NOW;
  }

  private Freshness freshness(ReconcileContext<?> view, boolean unchanged) {
    return unchanged && !view.freshness().equals(Freshness.NOW)
        ? new Freshness.MaxAge(timing.settled())
        : view.freshness();
  }

  /** A revision that vanishes from a list wakes its object, so that the list may be old. */
  private Freshness ofList() {
    return new Freshness.MaxAge(timing.staleList());
  }

  private List<Follower> followers(ReconcileContext<?> view) {
    return objects.servicesOf(view.desired().key()).stream()
        .filter(TaskDefinitionReconciler::isExpectedToFollow)
        .map(
            service ->
                new Follower(
                    service.getMetadata().getName(),
                    Optional.ofNullable(service.getStatus())
                        .map(status -> status.observed().taskDefinition())))
        .sorted(Comparator.comparing(Follower::service))
        .toList();
  }

  private static boolean isExpectedToFollow(EcsService service) {
    boolean stalled =
        service.getStatus() != null
            && Conditions.isTrue(service.getStatus().common(), Conditions.STALLED);
    return !stalled && !service.isMarkedForDeletion() && Desired.of(service, Set.of()).mayWrite();
  }

  private Decision<EcsTaskDefinitionStatus> lookWhileDeleting(
      ReconcileContext<EcsTaskDefinitionStatus> view, EcsReader ecs) {
    Desired desired = view.desired();
    Optional<ReadyState> obstacle =
        desired.retains()
            ? Optional.empty()
            : Dependents.obstacle(
                dependents.of(desired.key()),
                desired.deletedAt().orElseThrow(),
                view.now(),
                timing.poll());
    if (obstacle.isPresent()) {
      return Decision.settled(view.status(), obstacle.get());
    }
    try {
      return cleanup.delete(
          view,
          own(view, ecs),
          new ReadyState.Reconciling(
              Reason.DELETING, "Deregistering the revisions of this object.", timing.poll()));
    } catch (AwsFailure failure) {
      return Decision.unknown(view.status(), failure);
    }
  }

  /** Revisions to withdraw, or to let go; as many as one plan takes. */
  private List<OwnRevision> own(ReconcileContext<EcsTaskDefinitionStatus> view, EcsReader ecs) {
    Desired desired = view.desired();
    String family = desired.nameOr("family");
    List<String> arns = new ArrayList<>(ownRevisions.listed(ecs, family, State.ACTIVE));
    if (RevisionCleanup.deletes(desired)) {
      arns.addAll(ownRevisions.listed(ecs, family, State.INACTIVE));
    }
    return ownRevisions.among(
        ecs,
        arns,
        // What was released is untagged, and so must not be told by the history.
        desired.retains() ? List.of() : OwnRevisions.history(view.status()),
        desired,
        RevisionCleanup.AT_ONCE,
        new Freshness.MaxAge(timing.resync()));
  }

  @Override
  public EcsTaskDefinitionStatus learn(
      EcsTaskDefinitionStatus status, Action.Call call, ObjectNode answer, Instant now) {
    return call.operation().equals(REGISTER)
        ? TaskDefinitionPlanner.registered(
            status, (ObjectNode) answer.path("taskDefinition"), status.pendingRegistration())
        : status;
  }

  @Override
  public void onDeferred(EcsTaskDefinitionStatus intent, Action.Call call) {
    if (call.operation().equals(REGISTER)) {
      unseen.wasNotSent(intent.pendingRegistration());
    }
  }

  @Override
  public EcsTaskDefinitionStatus refused(
      EcsTaskDefinitionStatus status, Action.Call call, AwsFailure failure) {
    // What is in effect is only registered anew where something newer is in its way: that has to be
    // seen again.
    return call.operation().equals(REGISTER)
            && !status.pendingRegistration().equals(status.specHash())
        ? status.withPendingRegistration(null)
        : status;
  }
}
