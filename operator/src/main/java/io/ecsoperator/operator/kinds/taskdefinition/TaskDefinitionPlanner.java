package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.engine.Absence;
import io.ecsoperator.operator.engine.Comparison;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Follower;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.OldRevisions;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Plan: decides which calls a task definition needs. */
final class TaskDefinitionPlanner
    implements Kind.Planner<EcsTaskDefinitionStatus, TaskDefinitionObservation> {
  static final String SPEC_HASH = "ecs-operator.io/spec-hash";
  static final int MAX_HISTORY = 50;

  /** Reads during the grace period before a revision counts as absent. */
  private static final int READS_UNTIL_ABSENT = 4;

  private static final EcsMember FAMILY =
      EcsType.request("RegisterTaskDefinition").member("family");
  private static final int MAX_NAMES = 10;

  /** A revision younger than this is taken to have only the tags that it was registered with. */
  private static final Duration RECENT = Duration.ofMinutes(10);

  private final Ownership ownership;
  private final TaskDefinitionRequests requests;
  private final RevisionPruner pruner = new RevisionPruner();
  private final Timing timing;
  private final Absence absence;
  private final Differ differ = new Differ();

  TaskDefinitionPlanner(Ownership ownership, TaskDefinitionRequests requests, Timing timing) {
    this.ownership = ownership;
    this.requests = requests;
    this.timing = timing;
    this.absence = new Absence(timing.grace());
  }

  @Override
  public Decision<EcsTaskDefinitionStatus> plan(
      ReconcileContext<EcsTaskDefinitionStatus> context, TaskDefinitionObservation observation) {
    if (context.deleting()) {
      return delete(context, observation);
    }
    return switch (planNewest(context, observation)) {
      case Decision.Execute<EcsTaskDefinitionStatus> execute ->
          register(context, observation, execute);
      case Decision.Done<EcsTaskDefinitionStatus> done
          when done.readyState() instanceof ReadyState.Ready ready ->
          // Old revisions are pruned last, when the newest one needs no call.
          prune(context, observation, done, ready);
      case Decision<EcsTaskDefinitionStatus> other -> other;
    };
  }

  /** Waits instead of registering again while ECS may still show the first registration. */
  private Decision<EcsTaskDefinitionStatus> register(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation,
      Decision.Execute<EcsTaskDefinitionStatus> execute) {
    String hash = execute.intent().pendingRegistration();
    if (hash == null || !isRepetition(hash, context, observation)) {
      return execute;
    }
    return awaitRegistration(context, observation, hash).orElse(execute);
  }

  /** Whether this request was sent before, or may have been, and ECS does not show its revision. */
  private static boolean isRepetition(
      String hash,
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation) {
    boolean recordedShows =
        observation.recorded().filter(Observation.Present.class::isInstance).isPresent();
    return context.isUnrecorded()
        || hash.equals(context.status().pendingRegistration())
        || hash.equals(context.status().specHash()) && !recordedShows;
  }

  private Decision<EcsTaskDefinitionStatus> prune(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation,
      Decision.Done<EcsTaskDefinitionStatus> done,
      ReadyState.Ready ready) {
    OptionalInt limit = pruner.exceededLimit(context, done.status());
    if (limit.isEmpty()) {
      return done;
    }
    Optional<OldRevisions> old = observation.further().old();
    if (old.isEmpty()) {
      return Decision.need(
          done.status(), new TaskDefinitionRead.OfOldRevisions(done.status(), limit.getAsInt()));
    }
    return switch (old.get()) {
      case OldRevisions.Found(List<OwnRevision> revisions, RevisionsInUse inUse) ->
          pruner.prune(context, done.status(), ready, revisions, inUse);
      case OldRevisions.Failed(AwsFailure failure) ->
          new Decision.Postponed<>(done.status(), ready, failure);
    };
  }

  private Decision<EcsTaskDefinitionStatus> delete(
      ReconcileContext<EcsTaskDefinitionStatus> context, TaskDefinitionObservation observation) {
    Optional<ReadyState> obstacle =
        context.desired().retains()
            ? Optional.empty()
            : Dependents.obstacle(
                observation.dependents(),
                context.desired().deletedAt().orElseThrow(),
                context.now(),
                timing.poll());
    if (obstacle.isPresent()) {
      return Decision.done(context.status(), obstacle.get());
    }
    return observation
        .further()
        .own()
        .map(
            own ->
                pruner
                    .delete(
                        context,
                        own,
                        new ReadyState.Reconciling(
                            Reason.DELETING,
                            "Deregistering the revisions of this object.",
                            timing.poll()))
                    .orElseGet(
                        () ->
                            absence.release(
                                context,
                                context.status(),
                                context.status().pendingRegistration() != null
                                    || context.isUnrecorded()
                                    || mayAppear(context, own))))
        .orElseGet(() -> Decision.need(context.status(), new TaskDefinitionRead.OfOwnRevisions()));
  }

  /** Whether ECS may not show a revision yet that was registered a moment ago. */
  private boolean mayAppear(
      ReconcileContext<EcsTaskDefinitionStatus> context, List<OwnRevision> own) {
    Instant recent = context.now().minus(timing.grace());
    return own.stream()
        .filter(revision -> revision.state() == OwnRevision.State.NOT_SHOWN)
        .anyMatch(revision -> OwnRevisions.isAfter(revision.revision(), recent));
  }

  private Decision<EcsTaskDefinitionStatus> planNewest(
      ReconcileContext<EcsTaskDefinitionStatus> context, TaskDefinitionObservation observation) {
    if (observation.confirmed()) {
      return Decision.done(
          context.status(), rolloutState(context.status(), observation.followers()));
    }
    if (observation.unknown().isPresent()) {
      return Decision.unknown(context.status(), observation.unknown().get());
    }
    String hash = requests.hash(context.desired());
    Optional<DescribedTaskDefinition> recorded =
        TaskDefinitionObservation.active(observation.recorded());
    Optional<DescribedTaskDefinition> newest =
        TaskDefinitionObservation.active(observation.newest());
    Optional<DescribedTaskDefinition> usable =
        newest
            .filter(revision -> !isPassedOver(context, revision))
            .filter(revision -> !isOutdated(context, observation, revision));
    boolean asksForOwner = usable.filter(revision -> hasNoOwner(context, revision)).isPresent();
    if (asksForOwner && observation.further().owned().isEmpty()) {
      return Decision.need(context.status(), new TaskDefinitionRead.OfOwner());
    }
    // A pipeline registers revisions without owner beside those of the family's owner.
    Optional<DescribedTaskDefinition> deciding =
        asksForOwner ? observation.further().owned().orElseThrow().or(() -> usable) : usable;
    Optional<ReadyState> refusal =
        Stream.concat(recorded.stream(), deciding.stream())
            .flatMap(revision -> refusal(context, revision).stream())
            .findFirst();
    if (refusal.isPresent()) {
      return recorded
          .or(() -> usable)
          .map(revision -> Decision.refused(context.status(), revision.arn(), refusal.get()))
          .orElseGet(() -> Decision.done(context.status(), refusal.get()));
    }
    if (recorded.isPresent()
        && (hash.equals(context.status().specHash()) || matches(context.desired(), recorded.get()))
        && !isOvertaken(context, recorded.get(), newest)) {
      return awaitOther(context, observation, hash)
          .orElseGet(() -> inEffect(context, recorded.get(), hash, observation.followers()));
    }
    if (usable.isPresent() && matches(context.desired(), usable.get())) {
      return awaitOther(context, observation, hash)
          .orElseGet(() -> inEffect(context, usable.get(), hash, observation.followers()));
    }
    return register(context, hash, newest.or(() -> recorded));
  }

  /**
   * Waits while ECS may still show the revision of an earlier spec whose registration has no
   * answer: that one would be the newest of the family.
   */
  private Optional<Decision<EcsTaskDefinitionStatus>> awaitOther(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation,
      String hash) {
    String earlier = context.status().pendingRegistration();
    if (earlier == null || earlier.equals(hash) || observation.newest().isEmpty()) {
      return Optional.empty();
    }
    return awaitRegistration(context, observation, earlier);
  }

  /** Waits while ECS may still show a revision of {@code hash}; empty once it cannot. */
  private Optional<Decision<EcsTaskDefinitionStatus>> awaitRegistration(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation,
      String hash) {
    Optional<Boolean> mayAppear = observation.further().mayAppear();
    if (mayAppear.isEmpty()) {
      return Optional.of(
          Decision.need(context.status(), new TaskDefinitionRead.PendingRegistration(hash)));
    }
    return mayAppear.get()
        ? Optional.of(
            Decision.done(
                context.status().withPendingRegistration(hash),
                new ReadyState.Reconciling(
                    Reason.REGISTERING,
                    "The revision may have been registered already: waiting for ECS to show it.",
                    timing.grace().dividedBy(READS_UNTIL_ABSENT))))
        : Optional.empty();
  }

  private boolean hasNoOwner(
      ReconcileContext<EcsTaskDefinitionStatus> context, DescribedTaskDefinition revision) {
    return !isKnown(context, revision)
        && ownership.owner().ownershipRecord(revision.json(), context.desired().key())
            instanceof Owner.OwnershipRecord.Untagged;
  }

  private Optional<ReadyState> refusal(
      ReconcileContext<EcsTaskDefinitionStatus> context, DescribedTaskDefinition revision) {
    return ownership.refusal(
        context.desired(), revision.family(), revision.json(), isKnown(context, revision));
  }

  /**
   * Whether an untagged revision was registered beside those of this object, as pipelines do. The
   * object does not use it, and does not stop because of it.
   */
  private boolean isPassedOver(
      ReconcileContext<EcsTaskDefinitionStatus> context, DescribedTaskDefinition revision) {
    return context.status().history() != null
        && refusal(context, revision)
            .filter(readyState -> readyState.reason() == Reason.NOT_OWNED)
            .isPresent();
  }

  /**
   * Whether the newest revision that ECS shows is older than the one that this object registered a
   * moment ago. It is not the newest of the family, even if it has what the spec asks for.
   */
  private boolean isOutdated(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      TaskDefinitionObservation observation,
      DescribedTaskDefinition shown) {
    EcsTaskDefinitionStatus status = context.status();
    Instant recent = context.now().minus(timing.grace());
    return observation.recorded().filter(Observation.Absent.class::isInstance).isPresent()
        && status.revision() != null
        && status.revision() > shown.revision()
        && OwnRevisions.history(status).stream()
            .filter(revision -> revision.arn().equals(status.common().arn()))
            .anyMatch(revision -> OwnRevisions.isAfter(revision, recent));
  }

  /**
   * Whether a registration whose answer was lost has made a newer revision. That revision is in
   * effect, as if the answer had arrived. If it was registered from an older spec, the current spec
   * has to be registered again, so that its revision is the newest.
   */
  private boolean isOvertaken(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      DescribedTaskDefinition recorded,
      Optional<DescribedTaskDefinition> newest) {
    return newest
        .filter(
            revision ->
                ownership.owner().ownershipRecord(revision.json(), context.desired().key())
                    instanceof Owner.OwnershipRecord.Ours)
        .filter(revision -> revision.revision() > recorded.revision())
        .isPresent();
  }

  private boolean matches(Desired desired, DescribedTaskDefinition revision) {
    return bodyChanges(desired, revision).isEmpty();
  }

  private List<FieldChange> bodyChanges(Desired desired, DescribedTaskDefinition revision) {
    return Comparison.ofBody(
            TaskDefinitionSchema.SCHEMA, desired, requests.untagged(desired), revision.json())
        .changes();
  }

  private Decision<EcsTaskDefinitionStatus> register(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      String hash,
      Optional<DescribedTaskDefinition> current) {
    Desired desired = context.desired();
    ObjectNode request = requests.tagged(desired);
    List<String> applied =
        Comparison.ofNew(TaskDefinitionSchema.SCHEMA, request)
            .appliedBefore(context.status().common());
    List<FieldChange> changes =
        current.map(revision -> bodyChanges(desired, revision)).orElse(List.of());
    if (current.isPresent() && !desired.policies().ignoreFields().isEmpty()) {
      request =
          differ.yielding(
              TaskDefinitionSchema.SCHEMA,
              request,
              current.get().json(),
              desired.policies().ignoreFields());
    }
    Tags.put(request, SPEC_HASH, hash);
    EcsTaskDefinitionStatus status =
        current
            .filter(revision -> context.observesOnly())
            .map(revision -> observed(context.status(), revision))
            .orElse(context.status());
    EcsTaskDefinitionStatus intent =
        new EcsTaskDefinitionStatus(
            status.common().withAppliedPaths(applied),
            FAMILY.text(request),
            status.revision(),
            status.specHash(),
            hash,
            status.history());
    return new Decision.Execute<>(
        new Plan(
            List.of(
                new Plan.Call("RegisterTaskDefinition", request, changes)
                    .withSerialKey("task-definition/" + intent.family()))),
        status,
        intent,
        new ReadyState.Reconciling(
            Reason.REGISTERING,
            "Registering a revision of family " + intent.family() + ".",
            timing.poll()));
  }

  private Decision<EcsTaskDefinitionStatus> inEffect(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      DescribedTaskDefinition revision,
      String hash,
      List<Follower> followers) {
    EcsTaskDefinitionStatus observedStatus = registered(context.status(), revision, hash);
    if (isUnrecordedRegistration(context, revision)) {
      observedStatus =
          applied(
              observedStatus,
              Comparison.ofNew(TaskDefinitionSchema.SCHEMA, revision.json())
                  .appliedBefore(observedStatus.common()));
    }
    Comparison comparison =
        Comparison.of(
                TaskDefinitionSchema.SCHEMA,
                context,
                observedStatus.common(),
                requests.tagged(context.desired()),
                revision.json())
            .without(change -> change.path().equals("tags[" + SPEC_HASH + "]"));
    List<Plan.Call> calls = comparison.tagCalls(revision.arn());
    if (!calls.isEmpty()) {
      return new Decision.Execute<>(
          new Plan(calls),
          observedStatus,
          applied(observedStatus, comparison.appliedBefore(observedStatus.common())),
          new ReadyState.Reconciling(Reason.UPDATING, "Updating the tags.", timing.poll()));
    }
    EcsTaskDefinitionStatus converged = applied(observedStatus, comparison.appliedPaths());
    return Decision.done(converged, rolloutState(observedStatus, followers));
  }

  /**
   * Whether a reconcile registered the revision and ended before it recorded that: then everything
   * that the revision has was applied by this object.
   */
  private boolean isUnrecordedRegistration(
      ReconcileContext<EcsTaskDefinitionStatus> context, DescribedTaskDefinition revision) {
    double age = context.now().getEpochSecond() - revision.registeredAtSeconds();
    return context.status().common().arn() == null
        && ownership.owner().ownershipRecord(revision.json(), context.desired().key())
            instanceof Owner.OwnershipRecord.Ours
        && age < RECENT.toSeconds();
  }

  private ReadyState rolloutState(
      EcsTaskDefinitionStatus observedStatus, List<Follower> followers) {
    String revision = observedStatus.family() + ":" + observedStatus.revision();
    List<String> lagging =
        followers.stream()
            .filter(
                follower ->
                    follower
                        .target()
                        .filter(arn -> !arn.equals(observedStatus.common().arn()))
                        .isPresent())
            .map(Follower::name)
            .toList();
    if (lagging.isEmpty()) {
      return new ReadyState.Ready(Reason.RECONCILED, "Revision " + revision + " is registered.");
    }
    String names = String.join(", ", lagging.stream().limit(MAX_NAMES).toList());
    int more = lagging.size() - MAX_NAMES;
    return new ReadyState.Reconciling(
        Reason.WAITING_FOR_SERVICES,
        "Revision "
            + revision
            + " is registered; these services do not have it as their target yet: "
            + (more > 0 ? names + " and " + more + " more" : names)
            + ".",
        timing.resync());
  }

  /** The status of an object that only observes the family, whatever its revision has. */
  private static EcsTaskDefinitionStatus observed(
      EcsTaskDefinitionStatus status, DescribedTaskDefinition revision) {
    return new EcsTaskDefinitionStatus(
        status.common().withArn(revision.arn()),
        revision.family(),
        revision.revision(),
        status.specHash(),
        status.pendingRegistration(),
        status.history());
  }

  /** The status once {@code revision} is the one in effect. */
  static EcsTaskDefinitionStatus registered(
      EcsTaskDefinitionStatus status, DescribedTaskDefinition revision, String hash) {
    String arn = revision.arn();
    List<Revision> history = OwnRevisions.history(status);
    if (history.stream().noneMatch(known -> arn.equals(known.arn()))) {
      Revision added = new Revision(arn, revision.registeredAt().orElse(null));
      history = Stream.concat(Stream.of(added), history.stream()).limit(MAX_HISTORY).toList();
    }
    return new EcsTaskDefinitionStatus(
        status.common().withArn(arn), revision.family(), revision.revision(), hash, null, history);
  }

  private static EcsTaskDefinitionStatus applied(
      EcsTaskDefinitionStatus status, List<String> paths) {
    return status.withCommon(status.common().withAppliedPaths(paths));
  }

  private static boolean isKnown(
      ReconcileContext<EcsTaskDefinitionStatus> context, DescribedTaskDefinition revision) {
    String arn = revision.arn();
    return OwnRevisions.history(context.status()).stream()
        .anyMatch(known -> arn.equals(known.arn()));
  }
}
