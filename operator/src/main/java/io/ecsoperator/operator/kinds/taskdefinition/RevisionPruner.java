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
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.TagCalls;
import io.ecsoperator.operator.kinds.taskdefinition.OwnRevision.State;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Plans which revisions of an object are deregistered or deleted. */
final class RevisionPruner {
  /** Revisions in one plan: ECS takes one DeregisterTaskDefinition a second, and ten deletions. */
  static final int AT_ONCE = 10;

  /** How many old revisions stay; empty: all. */
  static OptionalInt limit(Desired desired) {
    JsonNode limit = desired.kubernetes().path("revisionHistoryLimit");
    return limit.isIntegralNumber() ? OptionalInt.of(limit.asInt()) : OptionalInt.empty();
  }

  /**
   * How many old revisions an object keeps; empty where it may not have more than that.
   *
   * @param status of an object that is Ready
   */
  OptionalInt exceededLimit(
      ReconcileContext<EcsTaskDefinitionStatus> context, EcsTaskDefinitionStatus status) {
    OptionalInt limit = limit(context.desired());
    // A pause forbids the pruning, but old revisions do not make an object less Ready.
    return limit.isEmpty()
            || context.desired().annotations().paused()
            || !mayExceed(limit.getAsInt(), status)
        ? OptionalInt.empty()
        : limit;
  }

  /** Judged by the history, without a call; a full one may have lost older revisions. */
  private static boolean mayExceed(int limit, EcsTaskDefinitionStatus status) {
    List<Revision> history = OwnRevisions.history(status);
    return history.size() >= TaskDefinitionPlanner.MAX_HISTORY || history.size() - 1 > limit;
  }

  /**
   * What is to be done about the old revisions of an object for which nothing else has to be done.
   *
   * @param old its revisions beside the current one, newest first
   */
  Decision<EcsTaskDefinitionStatus> prune(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      EcsTaskDefinitionStatus settled,
      ReadyState.Ready readyState,
      List<OwnRevision> old,
      RevisionsInUse inUse) {
    List<OwnRevision> beyond =
        old.stream()
            .filter(revision -> isThere(revision, context.desired()))
            .skip(limit(context.desired()).orElse(Integer.MAX_VALUE))
            .toList();
    List<OwnRevision> going =
        beyond.stream().filter(revision -> !inUse.has(revision.arn())).limit(AT_ONCE).toList();
    if (!going.isEmpty()) {
      return new Decision.Execute<>(
          new Plan(withdraw(going, context.desired())),
          settled,
          deletes(context.desired()) ? withHistory(settled, going) : settled,
          readyState);
    }
    return Decision.done(
        inUse.all() ? settled : withHistory(without(settled, old, context.desired()), beyond),
        readyState);
  }

  /**
   * What is to be done about the revisions of an object that is being deleted.
   *
   * @param own all of them, or as many as {@value #AT_ONCE}
   */
  Decision<EcsTaskDefinitionStatus> delete(
      ReconcileContext<EcsTaskDefinitionStatus> context,
      List<OwnRevision> own,
      ReadyState deleting) {
    List<OwnRevision> going =
        own.stream().filter(r -> isThere(r, context.desired())).limit(AT_ONCE).toList();
    if (going.isEmpty()) {
      return new Decision.Released<>(context.status());
    }
    List<Action> calls =
        context.desired().retains() ? release(going) : withdraw(going, context.desired());
    return new Decision.Execute<>(new Plan(calls), context.status(), context.status(), deleting);
  }

  /** Whether revisions that go are deleted, beyond being deregistered. */
  static boolean deletes(Desired desired) {
    return !desired.retains()
        && desired.kubernetes().path("revisionCleanup").asText().equals("Delete");
  }

  /** A deregistered revision is as good as gone, unless it is to be deleted too. */
  static boolean isThere(OwnRevision revision, Desired desired) {
    return switch (revision.state()) {
      case ACTIVE -> true;
      case INACTIVE -> deletes(desired);
      case GONE -> false;
    };
  }

  private static List<Action> release(List<OwnRevision> going) {
    return going.stream()
        .map(r -> TagCalls.release(r.arn(), Owner.TAG, TaskDefinitionPlanner.SPEC_HASH))
        .toList();
  }

  private static List<Action> withdraw(List<OwnRevision> going, Desired desired) {
    List<Action> calls = new ArrayList<>();
    going.stream()
        .filter(revision -> revision.state() == State.ACTIVE)
        .forEach(revision -> calls.add(deregister(revision)));
    if (deletes(desired)) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      going.forEach(r -> request.withArrayProperty("taskDefinitions").add(r.arn()));
      calls.add(
          new Action.Call(
              "DeleteTaskDefinitions",
              request,
              going.stream()
                  .map(r -> change(r, State.INACTIVE.name(), MissingNode.getInstance()))
                  .toList()));
    }
    return calls;
  }

  private static Action deregister(OwnRevision revision) {
    return new Action.Call(
        "DeregisterTaskDefinition",
        JsonNodeFactory.instance.objectNode().put("taskDefinition", revision.arn()),
        List.of(change(revision, State.ACTIVE.name(), TextNode.valueOf(State.INACTIVE.name()))));
  }

  /** No field of a spec makes such a call necessary; this says which revision it is about. */
  private static FieldChange change(OwnRevision revision, String from, JsonNode to) {
    return new FieldChange(
        "revisions[" + Arn.nameOf(revision.arn()) + "]", TextNode.valueOf(from), to);
  }

  /**
   * The status with revisions that are still to go: the history tells the next look that there are
   * some, and finds again what was deregistered and is to be deleted.
   */
  private static EcsTaskDefinitionStatus withHistory(
      EcsTaskDefinitionStatus status, List<OwnRevision> going) {
    List<Revision> history = OwnRevisions.history(status);
    Stream<Revision> added =
        going.stream().map(OwnRevision::revision).filter(r -> !history.contains(r));
    return status.withHistory(
        Stream.concat(history.stream(), added).limit(TaskDefinitionPlanner.MAX_HISTORY).toList());
  }

  /** Only when all is done is what has gone forgotten. */
  private static EcsTaskDefinitionStatus without(
      EcsTaskDefinitionStatus status, List<OwnRevision> old, Desired desired) {
    Set<String> gone =
        old.stream()
            .filter(revision -> !isThere(revision, desired))
            .map(OwnRevision::arn)
            .collect(Collectors.toSet());
    return status.withHistory(
        OwnRevisions.history(status).stream()
            .filter(revision -> !gone.contains(revision.arn()))
            .toList());
  }
}
