package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/** What is particular to one kind. It changes nothing itself: it looks, and says what to do. */
public interface KindReconciler<R extends EcsResource<S>, S extends EcsStatus> {

  Class<R> type();

  /** The members of the kind's spec that are this operator's, beside the policies. */
  Set<String> kubernetesMembers();

  /** The status of an object that has none. */
  S unknown();

  S withCommon(S status, CommonStatus common);

  /**
   * Whether ECS is compared with the spec field by field, so that {@code ignoreFields} counts; a
   * kind that only creates does not.
   */
  default boolean comparesFields() {
    return true;
  }

  /** Whether others wait for what has changed in a status; it is written at once then. */
  default boolean affectsDependents(S before, S after) {
    return !Objects.equals(before.common().arn(), after.common().arn())
        || !before.seenByOthers().equals(after.seenByOthers());
  }

  /**
   * Whether what is wanted, references resolved and annotations included, is what was wanted
   * before: if so, a plan is due to a change in ECS.
   */
  default boolean sameIntent(S before, S intent) {
    return comparesFields();
  }

  /**
   * Whether an intent has to be on record before the first call is made; it need not, where a crash
   * leaves behind enough to find out what has become of the call.
   */
  default boolean mustRecord(ReconcileContext<S> view) {
    return true;
  }

  /** Observes ECS and plans. */
  Decision<S> look(ReconcileContext<S> view, EcsReader ecs);

  /** The status with what ECS's answer to a call tells. */
  S learn(S status, Action.Call call, ObjectNode answer, Instant now);

  /** A call waits for its turn and has not been sent. It will be made yet: the intent stands. */
  default void onDeferred(S intent, Action.Call call) {}

  /** The status once it is certain that a call that was sent had no effect. */
  default S refused(S status, Action.Call call, AwsFailure failure) {
    return status;
  }
}
