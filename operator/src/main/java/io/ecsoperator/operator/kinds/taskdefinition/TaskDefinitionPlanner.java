package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.OwnershipRecord;
import io.ecsoperator.operator.desired.Tags;
import io.ecsoperator.operator.engine.Applied;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.TagCalls;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionObservation.Follower;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import io.ecsoperator.operator.status.Timestamps;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.SpecHash;
import io.ecsoperator.plan.UpdateRequests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What has to be done for a task definition. */
final class TaskDefinitionPlanner {
  static final String SPEC_HASH = "ecs-operator.io/spec-hash";
  static final int MAX_HISTORY = 50;
  private static final int MAX_NAMES = 10;

  /** Until then nobody else can be expected to have added to a revision. */
  private static final Duration RECENT = Duration.ofMinutes(10);

  private final Ownership ownership;
  private final Timing timing;
  private final Projection projection = new Projection();
  private final Differ differ = new Differ();
  private final UpdateRequests updates = new UpdateRequests();
  private final SpecHash specHash = new SpecHash();

  TaskDefinitionPlanner(Ownership ownership, Timing timing) {
    this.ownership = ownership;
    this.timing = timing;
  }

  /** The hash by which an unchanged spec is told without a look at ECS. */
  String hash(Desired desired) {
    return specHash.of(untagged(desired));
  }

  Decision<EcsTaskDefinitionStatus> plan(
      ReconcileContext<EcsTaskDefinitionStatus> view, TaskDefinitionObservation observation) {
    if (observation.confirmed()) {
      return Decision.settled(view.status(), rolloutState(view.status(), observation.followers()));
    }
    if (observation.unknown().isPresent()) {
      return Decision.unknown(view.status(), observation.unknown().get());
    }
    String hash = hash(view.desired());
    Optional<ObjectNode> recorded = TaskDefinitionObservation.active(observation.recorded());
    Optional<ObjectNode> newest = TaskDefinitionObservation.active(observation.newest());
    Optional<ObjectNode> usable = newest.filter(revision -> !isPassedOver(view, revision));
    Optional<ReadyState> refusal =
        Stream.concat(recorded.stream(), usable.stream())
            .flatMap(revision -> refusal(view, revision).stream())
            .findFirst();
    if (refusal.isPresent() && view.desired().mayWrite()) {
      return Decision.settled(view.status(), refusal.get());
    }
    if (recorded.isPresent()
        && (hash.equals(view.status().specHash()) || matches(view.desired(), recorded.get()))
        && !isOvertaken(view, recorded.get(), newest)) {
      return inEffect(view, recorded.get(), hash, observation.followers());
    }
    if (usable.isPresent() && matches(view.desired(), usable.get())) {
      return inEffect(view, usable.get(), hash, observation.followers());
    }
    return register(view, hash, newest.or(() -> recorded));
  }

  private Optional<ReadyState> refusal(
      ReconcileContext<EcsTaskDefinitionStatus> view, ObjectNode revision) {
    return ownership.refusal(view.desired(), revision, isKnown(view, revision));
  }

  /**
   * A revision that somebody without an operator has put beside those of this object, as pipelines
   * do: it is not this object's to use, and no reason to stop.
   */
  private boolean isPassedOver(
      ReconcileContext<EcsTaskDefinitionStatus> view, ObjectNode revision) {
    return view.status().history() != null
        && refusal(view, revision)
            .filter(readyState -> readyState.reason() == Reason.NOT_OWNED)
            .isPresent();
  }

  /**
   * Whether a registration whose answer was lost has made a newer revision. That is the one in
   * effect, as if the answer had been heard; and where it is of a spec that does not count any
   * more, what the spec asks for has to become the newest again.
   */
  private boolean isOvertaken(
      ReconcileContext<EcsTaskDefinitionStatus> view,
      ObjectNode recorded,
      Optional<ObjectNode> newest) {
    return newest
        .filter(
            revision ->
                ownership.owner().ownershipRecord(revision, view.desired().key())
                    instanceof OwnershipRecord.Ours)
        .filter(revision -> revision.path("revision").asInt() > recorded.path("revision").asInt())
        .isPresent();
  }

  private boolean matches(Desired desired, ObjectNode revision) {
    return bodyChanges(desired, revision).isEmpty();
  }

  private List<FieldChange> bodyChanges(Desired desired, ObjectNode revision) {
    return differ.diffBody(
        TaskDefinitionSchema.SCHEMA,
        projection.desired(TaskDefinitionSchema.SCHEMA, untagged(desired)),
        projection.observed(TaskDefinitionSchema.SCHEMA, revision),
        desired.policies().ignoreFields());
  }

  private Decision<EcsTaskDefinitionStatus> register(
      ReconcileContext<EcsTaskDefinitionStatus> view, String hash, Optional<ObjectNode> current) {
    Desired desired = view.desired();
    ObjectNode request = tagged(desired);
    List<String> applied =
        Applied.before(
            view.status().common(),
            TaskDefinitionSchema.SCHEMA,
            projection.desired(TaskDefinitionSchema.SCHEMA, request));
    List<FieldChange> changes =
        current.map(revision -> bodyChanges(desired, revision)).orElse(List.of());
    if (current.isPresent() && !desired.policies().ignoreFields().isEmpty()) {
      request =
          differ.yielding(
              TaskDefinitionSchema.SCHEMA,
              request,
              current.get(),
              desired.policies().ignoreFields());
    }
    Tags.put(request, SPEC_HASH, hash);
    EcsTaskDefinitionStatus status = view.status();
    EcsTaskDefinitionStatus intent =
        new EcsTaskDefinitionStatus(
            status.common().withAppliedPaths(applied),
            request.path("family").asText(),
            status.revision(),
            status.specHash(),
            hash,
            status.history());
    return new Decision.Act<>(
        new Plan(List.of(new Action.Call("RegisterTaskDefinition", request, changes))),
        status,
        intent,
        new ReadyState.Reconciling(
            Reason.REGISTERING,
            "Registering a revision of family " + intent.family() + ".",
            timing.poll()));
  }

  private Decision<EcsTaskDefinitionStatus> inEffect(
      ReconcileContext<EcsTaskDefinitionStatus> view,
      ObjectNode revision,
      String hash,
      List<Follower> followers) {
    ObjectNode desired = projection.desired(TaskDefinitionSchema.SCHEMA, tagged(view.desired()));
    ObjectNode observed = projection.observed(TaskDefinitionSchema.SCHEMA, revision);
    EcsTaskDefinitionStatus facts = registered(view.status(), revision, hash);
    if (isLeftBehind(view, revision)) {
      facts = applied(facts, Applied.before(facts.common(), TaskDefinitionSchema.SCHEMA, observed));
    }
    List<FieldChange> changes =
        differ
            .diff(
                TaskDefinitionSchema.SCHEMA,
                desired,
                observed,
                Applied.paths(facts.common()),
                view.desired().policies().ignoreFields())
            .stream()
            .filter(change -> change.path().startsWith("tags["))
            .filter(change -> !change.path().equals("tags[" + SPEC_HASH + "]"))
            .toList();
    List<Action> calls =
        TagCalls.of(
            facts.common().arn(), view.mayTag() ? changes : TagCalls.withoutOwn(changes), updates);
    if (!calls.isEmpty()) {
      return new Decision.Act<>(
          new Plan(calls),
          facts,
          applied(facts, Applied.before(facts.common(), TaskDefinitionSchema.SCHEMA, desired)),
          new ReadyState.Reconciling(
              Reason.UPDATING, "Bringing the tags to the spec.", timing.poll()));
    }
    EcsTaskDefinitionStatus settled =
        applied(facts, AppliedPaths.of(TaskDefinitionSchema.SCHEMA, desired));
    return Decision.settled(settled, rolloutState(facts, followers));
  }

  /**
   * Whether a look registered it that did not live to put that on record: then all that it has was
   * applied.
   */
  private boolean isLeftBehind(
      ReconcileContext<EcsTaskDefinitionStatus> view, ObjectNode revision) {
    double age = view.now().getEpochSecond() - revision.path("registeredAt").asDouble();
    return view.status().common().arn() == null
        && ownership.owner().ownershipRecord(revision, view.desired().key())
            instanceof OwnershipRecord.Ours
        && age < RECENT.toSeconds();
  }

  private ReadyState rolloutState(EcsTaskDefinitionStatus facts, List<Follower> followers) {
    String revision = facts.family() + ":" + facts.revision();
    List<String> lagging =
        followers.stream()
            .filter(
                follower ->
                    follower.target().filter(arn -> !arn.equals(facts.common().arn())).isPresent())
            .map(Follower::service)
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

  /** The status once {@code revision} is the one in effect. */
  static EcsTaskDefinitionStatus registered(
      EcsTaskDefinitionStatus status, ObjectNode revision, String hash) {
    String arn = revision.path("taskDefinitionArn").asText();
    List<Revision> history = OwnRevisions.history(status);
    if (history.stream().noneMatch(known -> arn.equals(known.arn()))) {
      Revision added =
          new Revision(arn, Timestamps.rfc3339(revision.path("registeredAt")).orElse(null));
      history = Stream.concat(Stream.of(added), history.stream()).limit(MAX_HISTORY).toList();
    }
    return new EcsTaskDefinitionStatus(
        status.common().withArn(arn),
        revision.path("family").asText(),
        revision.path("revision").asInt(),
        hash,
        null,
        history);
  }

  private static EcsTaskDefinitionStatus applied(
      EcsTaskDefinitionStatus status, List<String> paths) {
    return status.withCommon(status.common().withAppliedPaths(paths));
  }

  private ObjectNode tagged(Desired desired) {
    ObjectNode request = untagged(desired);
    Optional.ofNullable(desired.aws().get("tags"))
        .ifPresent(tags -> request.set("tags", tags.deepCopy()));
    Tags.put(request, Owner.TAG, ownership.owner().tagOf(desired.key()));
    return request;
  }

  private static ObjectNode untagged(Desired desired) {
    ObjectNode request = desired.aws().deepCopy();
    request.put("family", desired.nameOr("family"));
    request.remove("tags");
    return request;
  }

  private static boolean isKnown(
      ReconcileContext<EcsTaskDefinitionStatus> view, ObjectNode revision) {
    String arn = revision.path("taskDefinitionArn").asText();
    return OwnRevisions.history(view.status()).stream().anyMatch(known -> arn.equals(known.arn()));
  }
}
