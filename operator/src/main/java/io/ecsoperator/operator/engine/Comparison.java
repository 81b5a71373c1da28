package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.plan.AppliedPaths;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Differ;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import io.ecsoperator.plan.Projection;
import io.ecsoperator.plan.UpdateRequests;
import io.ecsoperator.plan.UpdateRequests.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A spec compared with what ECS describes: both in one shape, the fields that differ, and the calls
 * that carry these changes.
 *
 * @param changes the fields that differ, without those that the object does not own
 * @param ignoreFields paths of fields that others manage
 */
public record Comparison(
    ComparableSchema schema,
    ObjectNode desired,
    ObjectNode observed,
    List<FieldChange> changes,
    List<String> ignoreFields) {
  private static final Projection PROJECTION = new Projection();
  private static final Differ DIFFER = new Differ();
  private static final UpdateRequests UPDATES = new UpdateRequests();

  public Comparison {
    changes = List.copyOf(changes);
    ignoreFields = List.copyOf(ignoreFields);
  }

  /**
   * Compares in three ways: what was applied before and has left the spec differs too.
   *
   * @param request the create request of the spec, with references resolved
   * @param described the resource as ECS describes it
   */
  public static Comparison of(
      ComparableSchema schema,
      ReconcileContext<?> context,
      ObjectNode request,
      ObjectNode described) {
    return of(schema, context, context.status().common(), request, described);
  }

  /**
   * @param status with the applied paths, where these are not those of the context
   */
  public static Comparison of(
      ComparableSchema schema,
      ReconcileContext<?> context,
      CommonStatus status,
      ObjectNode request,
      ObjectNode described) {
    return of(
        schema,
        context,
        status,
        new Shapes(PROJECTION.desired(schema, request), PROJECTION.observed(schema, described)));
  }

  private record Shapes(ObjectNode desired, ObjectNode observed) {}

  private static Comparison of(
      ComparableSchema schema, ReconcileContext<?> context, CommonStatus status, Shapes both) {
    ObjectNode desired = both.desired();
    ObjectNode observed = both.observed();
    List<String> ignored = context.desired().policies().ignoreFields();
    List<FieldChange> changes = DIFFER.diff(schema, desired, observed, applied(status), ignored);
    return new Comparison(
        schema,
        desired,
        observed,
        context.mayTag() ? changes : OwnTags.withoutOwn(changes),
        ignored);
  }

  /**
   * Compares the body of an immutable resource in two ways: what only ECS has differs too. Tags are
   * not compared.
   */
  public static Comparison ofBody(
      ComparableSchema schema, Desired object, ObjectNode request, ObjectNode described) {
    ObjectNode desired = PROJECTION.desired(schema, request);
    ObjectNode observed = PROJECTION.observed(schema, described);
    List<String> ignored = object.policies().ignoreFields();
    return new Comparison(
        schema, desired, observed, DIFFER.diffBody(schema, desired, observed, ignored), ignored);
  }

  /** The paths that were applied to ECS: what the comparison resets when the spec drops them. */
  public static List<String> applied(CommonStatus status) {
    return Optional.ofNullable(status.appliedPaths()).orElse(List.of());
  }

  /** The spec of a resource that has to be created: ECS describes nothing. */
  public static Comparison ofNew(ComparableSchema schema, ObjectNode request) {
    return new Comparison(
        schema, PROJECTION.desired(schema, request), request.objectNode(), List.of(), List.of());
  }

  /** The comparison without some of the changes. */
  public Comparison without(Predicate<FieldChange> excluded) {
    return withChanges(changes.stream().filter(excluded.negate()).toList());
  }

  /** The comparison with one more change, which no field of the spec asks for. */
  public Comparison with(FieldChange change) {
    return withChanges(Stream.concat(changes.stream(), Stream.of(change)).toList());
  }

  /** The comparison of another desired shape with the same resource. */
  public Comparison ofDesired(ObjectNode other, ReconcileContext<?> context) {
    return of(schema, context, context.status().common(), new Shapes(other, observed));
  }

  private Comparison withChanges(List<FieldChange> others) {
    return new Comparison(schema, desired, observed, others, ignoreFields);
  }

  /** Paths of the changes that ECS makes only by replacing the resource. */
  public List<String> replacements() {
    return UPDATES.replacements(schema, changes).stream().map(FieldChange::path).toList();
  }

  /**
   * The update calls that carry the changes, in the order of the schema. Empty if only tags or
   * fields that cannot be updated differ.
   *
   * @param identifiers the members that name the resource in each of these calls
   */
  public List<Plan.Call> updateCalls(ObjectNode identifiers) {
    List<Plan.Call> calls = new ArrayList<>();
    for (Update update : updates()) {
      calls.add(
          new Plan.Call(
              update.operation(),
              identifiers.deepCopy().setAll(update.members()),
              update.changes()));
    }
    return calls;
  }

  /** The members of the update calls. Fields that others manage are sent as observed. */
  public List<Update> updates() {
    return changes.isEmpty() ? List.of() : UPDATES.of(schema, yielding(), observed, changes);
  }

  /** The spec with the fields that others manage as observed. */
  public ObjectNode yielding() {
    return DIFFER.yielding(schema, desired, observed, ignoreFields);
  }

  /** The calls that make the changes to the tags of the resource. */
  public List<Plan.Call> tagCalls(String arn) {
    List<FieldChange> ofTags =
        changes.stream().filter(change -> change.path().startsWith("tags[")).toList();
    UpdateRequests.TagUpdate tags = UPDATES.tags(ofTags);
    List<Plan.Call> calls = new ArrayList<>();
    if (!tags.toPut().isEmpty()) {
      ObjectNode request = OwnTags.request(arn);
      request.set("tags", tags.toPut());
      calls.add(
          new Plan.Call(
              OwnTags.TAG,
              request,
              ofTags.stream().filter(change -> !change.to().isMissingNode()).toList()));
    }
    if (!tags.keysToRemove().isEmpty()) {
      ObjectNode request = OwnTags.request(arn);
      tags.keysToRemove().forEach(request.putArray("tagKeys")::add);
      calls.add(
          new Plan.Call(
              "UntagResource",
              request,
              ofTags.stream().filter(change -> change.to().isMissingNode()).toList()));
    }
    return calls;
  }

  /** The paths to record once ECS is as desired. */
  public List<String> appliedPaths() {
    return AppliedPaths.of(schema, desired);
  }

  /**
   * The paths to record before calls are made: those that were applied and those that are about to
   * be. Paths that left the spec are dropped only after the calls have succeeded.
   */
  public List<String> appliedBefore(CommonStatus status) {
    return AppliedPaths.beforeUpdate(applied(status), schema, desired);
  }
}
