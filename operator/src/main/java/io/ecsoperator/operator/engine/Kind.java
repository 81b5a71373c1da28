package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.desired.Dependents;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.KubernetesObjects;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.status.EventReason;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.ComparableSchema;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is particular to one kind of custom resource: its declarations, what to observe, and what to
 * decide. A kind calls nothing that changes ECS or Kubernetes.
 *
 * @param <R> the custom resource
 * @param <S> its status
 * @param <O> an immutable record of what was observed
 */
public interface Kind<R extends EcsResource<S>, S extends EcsStatus, O> {

  Class<R> type();

  /** The members of the spec that are this operator's own, beside policies and references. */
  Set<String> kubernetesMembers();

  /** The fields of the spec that name other objects. */
  List<ReferenceField> references();

  /** The ECS resources that only this kind hands to the cache; it may read those of others. */
  List<AwsResource> awsResources();

  /** The status of an object that has none. */
  S emptyStatus();

  /**
   * The reason of the Event that is emitted after a call that worked.
   *
   * @throws IllegalArgumentException for an operation that the kind's planner never plans
   */
  EventReason eventReason(String operation);

  Observer<S, O> observer();

  Planner<S, O> planner();

  /** The status with what ECS's response to a call contains. */
  S recordResponse(S status, Plan.Call call, ObjectNode response, Instant now);

  /**
   * The status after a call was queued for quota and has not been sent. It will be sent yet.
   *
   * @param before the status before the intent
   */
  default S onDeferred(S before, S intent, Plan.Call call) {
    return intent;
  }

  /**
   * The status once it is certain that a call that was sent had no effect.
   *
   * @param before the status before the intent: an earlier call of the same kind may have had an
   *     effect
   */
  default S onRejected(S before, S intent, Plan.Call call, AwsFailure failure) {
    return intent;
  }

  /**
   * What has to outlive a status that is lost, as text for an annotation, which backups keep; empty
   * if all of it can be found out from ECS.
   */
  default Optional<String> runRecord(S status) {
    return Optional.empty();
  }

  /** The status with what a record has, if it is lost. */
  default S restored(S status, String runRecord) {
    return status;
  }

  /** This replica begins to lead: what it remembers of calls may be outdated. */
  default void reset() {}

  /**
   * Whether ECS is compared with the spec field by field, so that {@code ignoreFields} counts. A
   * kind that only creates does not compare.
   */
  default boolean comparesFields() {
    return true;
  }

  /** How the spec is compared with ECS; empty for a kind that does not compare. */
  default Optional<ComparableSchema> schema() {
    return Optional.empty();
  }

  /**
   * Whether some changes of a plan can be sent without the others. Where all of the spec goes into
   * one resource that cannot be changed, they cannot.
   */
  default boolean sendsInParts() {
    return true;
  }

  /** The most that ECS takes of the spec, in bytes of JSON, if that is documented. */
  default OptionalInt maxRequestBytes() {
    return OptionalInt.empty();
  }

  /**
   * Whether the spec is in effect in ECS in this state, so that objects that refer to this one may
   * use its resource. If this object waits for those objects in a state, that state has to count as
   * in effect: otherwise both would wait for each other.
   */
  default boolean isInEffect(ReadyState state) {
    return state instanceof ReadyState.Ready;
  }

  /** Whether a plan depends on the objects that this one refers to. */
  default boolean dependsOnReferences(Plan plan) {
    return true;
  }

  /** Whether objects that refer to this one wait for this change; then it is written at once. */
  default boolean affectsDependents(S before, S after) {
    return !Objects.equals(before.common().arn(), after.common().arn())
        || !Objects.equals(
            before.common().effectiveGeneration(), after.common().effectiveGeneration())
        || !before.seenByOthers().equals(after.seenByOthers());
  }

  /**
   * Whether the spec, with references resolved and annotations included, asks for the same as
   * before. If so, a plan corrects drift: ECS changed, the spec did not.
   */
  default boolean sameIntent(S before, S intent) {
    return comparesFields();
  }

  /**
   * Whether only a reconcile reads the resource, and no resync does. Then the object reads it again
   * from time to time, and its status names the changes that are about to be sent.
   */
  default boolean isReadByReconcile() {
    return false;
  }

  /**
   * Whether the intent has to be written before the first call. It need not be where a crash leaves
   * enough behind to find out whether the call had an effect.
   */
  default boolean mustRecordIntent(ReconcileContext<S> context) {
    return true;
  }

  /**
   * Members of the spec that the operator writes from what it found in ECS, because the spec leaves
   * them to Kubernetes and has no value yet; empty if there are none.
   *
   * @return the JSON pointer of each member in the object, with its value
   */
  default Map<String, JsonNode> filledIn(Desired desired, S status) {
    return Map.of();
  }

  /** A status with other common members. */
  static <S extends EcsStatus> S withCommon(S status, CommonStatus common) {
    @SuppressWarnings("unchecked") // The status stays of its type.
    S changed = (S) status.withCommon(common);
    return changed;
  }

  /** The kind as Kubernetes names it, such as {@code EcsService}. */
  default String name() {
    return type().getSimpleName();
  }

  /** All members of the spec that are not ECS's own, policies aside. */
  default Set<String> ownMembers() {
    Set<String> members = new HashSet<>(kubernetesMembers());
    references().stream()
        .filter(reference -> reference.list().isEmpty())
        .forEach(reference -> members.add(reference.field()));
    return Set.copyOf(members);
  }

  /** What every kind is built from. */
  public record Dependencies(KubernetesObjects objects, Ownership ownership, Timing timing) {

    public References references() {
      return new References(objects);
    }

    public Dependents dependents() {
      return new Dependents(objects);
    }
  }

  /** Observe: reads ECS, and the objects that the spec refers to. */
  interface Observer<S extends EcsStatus, O> {

    /** Reads what every plan needs. */
    O observe(ReconcileContext<S> context, EcsReader ecs);

    /**
     * Reads what the planner needs beside.
     *
     * @throws IllegalArgumentException if the kind's planner never needs more
     */
    default O observe(
        ReconcileContext<S> context, O observed, List<? extends Read> reads, EcsReader ecs) {
      throw new IllegalArgumentException("Never needed: " + reads);
    }
  }

  /** Plan: decides from the context and the observation alone. */
  interface Planner<S extends EcsStatus, O> {

    Decision<S> plan(ReconcileContext<S> context, O observation);
  }
}
