package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import io.ecsoperator.crds.taskdefinition.Revision;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.OwnTags;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans which revisions of an object are deregistered or deleted. */
final class RevisionPruner {
  /** Revisions in one plan: ECS takes one DeregisterTaskDefinition a second, and ten deletions. */
  static final int AT_ONCE = 10;

  /** How many old revisions the object keeps; empty if it keeps all. */
  static OptionalInt limit(Desired desired) {
    JsonNode limit = desired.kubernetes().path("revisionHistoryLimit");
    return limit.isIntegralNumber() ? OptionalInt.of(limit.asInt()) : OptionalInt.empty();
  }

  /**
   * How many old revisions the object keeps; empty if it cannot have more than that.
   *
   * @param status of an object that is Ready
   */
  OptionalInt exceededLimit(
      ReconcileContext<EcsTaskDefinitionStatus> context, EcsTaskDefinitionStatus status) {
    OptionalInt limit = limit(context.desired());
    // A pause forbids pruning; an object with old revisions is Ready all the same. One that is only
    // observed never prunes, and its old revisions are no difference.
    return limit.isEmpty()
            || context.desired().annotations().paused()
            || context.observesOnly()
            || !mayExceed(limit.getAsInt(), status)
        ? OptionalInt.empty()
        : limit;
  }

  /** Decided from the history, without a call; a full history may have dropped older revisions. */
  private static boolean mayExceed(int limit, EcsTaskDefinitionStatus status) {
    List<Revision> history = OwnRevisions.history(status);
    return history.size() >= TaskDefinitionPlanner.MAX_HISTORY || history.size() - 1 > limit;
  }

  /**
   * Plans what to do with old revisions, if the object needs no other call.
   *
   * @param old its revisions beside the current one, newest first
   */
  Decision<EcsTaskDefinitionStatus> prune(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      EcsTaskDefinitionStatus converged,
      ReadyState.Ready readyState,
      List<OwnRevision> old,
      RevisionsInUse inUse) {
    List<OwnRevision> beyond =
        old.stream()
            .filter(revision -> isLeft(revision, context.desired()))
            .skip(limit(context.desired()).orElse(Integer.MAX_VALUE))
            .toList();
    List<OwnRevision> removable =
        beyond.stream().filter(revision -> !inUse.has(revision.arn())).limit(AT_ONCE).toList();
    if (!removable.isEmpty()) {
      return new Decision.Execute<>(
          new Plan(withdraw(removable, context.desired())),
          converged,
          deletes(context.desired()) ? withHistory(converged, removable) : converged,
          readyState);
    }
    return Decision.done(
        inUse.all() ? converged : withHistory(without(converged, old, context.desired()), beyond),
        readyState);
  }

  /**
   * Plans what to do with the revisions of an object that is being deleted.
   *
   * @param own all of them, or as many as {@value #AT_ONCE}
   * @return empty if no revision is left that needs a call
   */
  Optional<Decision<EcsTaskDefinitionStatus>> delete(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      List<OwnRevision> own,
      ReadyState deleting) {
    List<OwnRevision> removable =
        own.stream().filter(r -> isLeft(r, context.desired())).limit(AT_ONCE).toList();
    if (removable.isEmpty()) {
      return Optional.empty();
    }
    List<Plan.Call> calls =
        context.desired().retains() ? release(removable) : withdraw(removable, context.desired());
    return Optional.of(Decision.execute(context.status(), calls, deleting));
  }

  /** Whether revisions are deleted after they are deregistered. */
  static boolean deletes(Desired desired) {
    return !desired.retains()
        && desired.kubernetes().path("revisionCleanup").asText().equals("Delete");
  }

  /** Whether a call is still needed to remove the revision. */
  static boolean isLeft(OwnRevision revision, Desired desired) {
    return switch (revision.state()) {
      case ACTIVE -> true;
      case INACTIVE -> deletes(desired);
      case GONE, NOT_SHOWN -> false;
    };
  }

  private static List<Plan.Call> release(List<OwnRevision> removable) {
    return removable.stream()
        .map(r -> OwnTags.release(r.arn(), Owner.TAG, TaskDefinitionPlanner.SPEC_HASH))
        .toList();
  }

  private static List<Plan.Call> withdraw(List<OwnRevision> removable, Desired desired) {
    List<Plan.Call> calls = new ArrayList<>();
    removable.stream()
        .filter(revision -> revision.state() == State.ACTIVE)
        .forEach(revision -> calls.add(deregister(revision)));
    if (deletes(desired)) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      removable.forEach(r -> request.withArrayProperty("taskDefinitions").add(r.arn()));
      calls.add(
          new Plan.Call(
              "DeleteTaskDefinitions",
              request,
              removable.stream()
                  .map(r -> change(r, State.INACTIVE.name(), MissingNode.getInstance()))
                  .toList()));
    }
    return calls;
  }

  private static Plan.Call deregister(OwnRevision revision) {
    return new Plan.Call(
        "DeregisterTaskDefinition",
        JsonNodeFactory.instance.objectNode().put("taskDefinition", revision.arn()),
        List.of(change(revision, State.ACTIVE.name(), TextNode.valueOf(State.INACTIVE.name()))));
  }

  /** No field of a spec makes such a call necessary; the path names the revision. */
  private static FieldChange change(OwnRevision revision, String from, JsonNode to) {
    return new FieldChange(
        "revisions[" + Arn.nameOf(revision.arn()) + "]", TextNode.valueOf(from), to);
  }

  /**
   * Adds revisions that are still to be removed to the history. The next reconcile finds them
   * there, also those that are deregistered already and have to be deleted.
   */
  private static EcsTaskDefinitionStatus withHistory(
      EcsTaskDefinitionStatus status, List<OwnRevision> removable) {
    List<Revision> history = OwnRevisions.history(status);
    Stream<Revision> added =
        removable.stream().map(OwnRevision::revision).filter(r -> !history.contains(r));
    return status.withHistory(
        Stream.concat(history.stream(), added).limit(TaskDefinitionPlanner.MAX_HISTORY).toList());
  }

  /** Drops removed revisions from the history, once no revision is left to remove. */
  private static EcsTaskDefinitionStatus without(
      EcsTaskDefinitionStatus status, List<OwnRevision> old, Desired desired) {
    Set<String> gone =
        old.stream()
            .filter(revision -> !isLeft(revision, desired))
            .map(OwnRevision::arn)
            .collect(Collectors.toSet());
    return status.withHistory(
        OwnRevisions.history(status).stream()
            .filter(revision -> !gone.contains(revision.arn()))
            .toList());
  }
}
