package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.CommonStatus.SentChange;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.Policies;
import io.ecsoperator.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one pass of the reconcile loop knows before it observes.
 *
 * @param desired what the object asks for
 * @param lastStatus the status as it was last written
 * @param status that status, with what this reconcile has observed since
 * @param firstReconcile whether the finalizer was put on by this reconcile, so that nothing can
 *     have been made in ECS for the object before
 * @param mayTag whether ECS takes this operator's own tags; where it does not, they are no drift
 * @param freshness how old an observation may be
 * @param now the time of this pass
 */
public record ReconcileContext<S extends EcsStatus>(
    Desired desired,
    S lastStatus,
    S status,
    boolean firstReconcile,
    boolean mayTag,
    EcsReader.Freshness freshness,
    Instant now) {

  /** The context of the next pass. */
  ReconcileContext<S> next(S status, boolean mayTag, Instant now) {
    return new ReconcileContext<>(
        desired, lastStatus, status, firstReconcile, mayTag, freshness, now);
  }

  /** The context of a plan that leaves fields of the spec as they are in ECS. */
  ReconcileContext<S> ignoring(List<String> fields) {
    return new ReconcileContext<>(
        desired.ignoring(fields), lastStatus, status, firstReconcile, mayTag, freshness, now);
  }

  List<SentChange> sentChanges() {
    return WriteGuard.sentChanges(status);
  }

  Stream<SentChange> unansweredChanges() {
    return sentChanges().stream().filter(change -> change.unansweredGeneration() != null);
  }

  /** Whether ECS may have made changes that it does not show yet, as it did not answer. */
  public boolean awaitsUnansweredChanges() {
    return unansweredChanges().findAny().isPresent();
  }

  public boolean deleting() {
    return desired.deletedAt().isPresent();
  }

  /** Whether no reconcile has ever written a status. */
  public boolean withoutStatus() {
    return status.common().conditions() == null;
  }

  /**
   * Whether a resource may exist that no status names: a call that creates it was made or was about
   * to be made, or the status is lost.
   */
  public boolean mayHaveCreated() {
    CommonStatus common = status.common();
    return common.arn() != null || common.appliedPaths() != null || isUnrecorded();
  }

  /**
   * Whether an earlier reconcile may have made calls of which no status was written, or is left. An
   * empty list of applied paths keeps that in mind: what was created has at least the owner tag.
   */
  public boolean isUnrecorded() {
    List<String> applied = status.common().appliedPaths();
    return !firstReconcile && withoutStatus() || applied != null && applied.isEmpty();
  }

  /** Whether a user asks for this reconcile by annotation, so that no older observation counts. */
  boolean isRequested() {
    return desired
        .annotations()
        .reconcileRequestedAt()
        .filter(value -> !value.equals(lastStatus.common().lastHandledReconcileAt()))
        .isPresent();
  }

  /** The conditions as they were last written. */
  List<Condition> conditions() {
    return Optional.ofNullable(lastStatus.common().conditions()).orElse(List.of());
  }

  Optional<Condition> condition(String type) {
    return Conditions.find(conditions(), type);
  }

  /** Whether the last status reports this generation of the spec. */
  boolean isObserved() {
    return Objects.equals(lastStatus.common().observedGeneration(), desired.generation());
  }

  /** Whether the object was Ready with this generation when its status was last written. */
  boolean wasReady() {
    return readyAtThisGeneration(Conditions.Main.READY).isPresent();
  }

  /** Whether the last status says that this generation needs a person. */
  boolean isStalled() {
    return isObserved() && Conditions.isTrue(lastStatus.common(), Conditions.STALLED);
  }

  /** Whether the spec changed after the last status said that a person is needed. */
  public boolean changedSinceStall() {
    return !isObserved() && Conditions.isTrue(lastStatus.common(), Conditions.STALLED);
  }

  Optional<Condition> readyAtThisGeneration(Conditions.Main main) {
    return condition(main.type())
        .filter(ready -> ready.status().equals("True"))
        .filter(ready -> Objects.equals(ready.observedGeneration(), desired.generation()));
  }

  /** Which condition says how the object is: it follows from the management policy. */
  Conditions.Main mainCondition() {
    return switch (desired.policies().management()) {
      case MANAGE -> Conditions.Main.READY;
      case PLAN -> Conditions.Main.PLANNED;
      case OBSERVE -> Conditions.Main.OBSERVED;
    };
  }

  public boolean observesOnly() {
    return desired.policies().management() == Policies.Management.OBSERVE;
  }

  /** How urgent the reads of this reconcile are. */
  Priority readPriority() {
    if (deleting()) {
      return Priority.DELETE;
    }
    if (!isObserved() || isRequested()) {
      return Priority.CHANGE;
    }
    return Conditions.isTrue(lastStatus.common(), Conditions.RECONCILING)
        ? Priority.ROLLOUT
        : Priority.SWEEP;
  }
}
