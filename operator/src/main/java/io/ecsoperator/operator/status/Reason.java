package io.ecsoperator.operator.status;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a condition has its status: a stable word, documented in docs/conditions.md. */
public enum Reason {
  /** The spec of this generation is in effect and running. */
  RECONCILED,
  /** The resource is being created. */
  CREATING,
  /** The resource is being changed. */
  UPDATING,
  /** The resource is being deleted. */
  DELETING,
  /** A new revision is being registered. */
  REGISTERING,
  /** ECS is rolling out the deployment. */
  ROLLING_OUT,
  /** The deployment waits at a PAUSE hook for an action of a user. */
  WAITING_FOR_ACTION,
  /** ECS has to finish an operation on the resource first, such as draining. */
  WAITING_FOR_ECS,
  /** The task runs and has not yet run to its end. */
  RUNNING,
  /** The task ended with success. */
  SUCCEEDED,
  /** A referenced object does not exist, or cannot be used yet. */
  WAITING_FOR_REFERENCE,
  /** A capacity provider that the cluster is to have is not in ECS, or not ACTIVE. */
  WAITING_FOR_CAPACITY_PROVIDER,
  /** Services that refer to the task definition do not have its newest revision as target yet. */
  WAITING_FOR_SERVICES,
  /** Other objects have to be deleted first. */
  WAITING_FOR_DEPENDENTS,
  /** ECS has no room for the task. */
  WAITING_FOR_CAPACITY,
  /** The next attempt of a failed task is waiting for its time. */
  BACKING_OFF,
  /** ECS throttles this kind of call, or the call is queued so that ECS need not throttle it. */
  THROTTLED,
  /** ECS did not answer, or answered with a fault of its own. */
  AWS_UNAVAILABLE,
  /** The spec has a value that cannot be parsed. */
  INVALID_SPEC,
  /** The cluster that the spec names does not exist in ECS. */
  CLUSTER_NOT_FOUND,
  /** The operator has no AWS credentials. */
  NO_CREDENTIALS,
  /** ECS refused a call, and may accept it later. */
  REFUSED_FOR_NOW,
  /** ECS refused a call, and will refuse it again. */
  REFUSED,
  /** ECS accepts a change again and again and does not show its effect. */
  NOT_TAKING_EFFECT,
  /** Another manager undoes a change each time after it has taken effect. */
  MANAGEMENT_CONFLICT,
  /** IAM does not allow a call. */
  ACCESS_DENIED,
  /** An ECS resource of this name exists and has no owner. */
  NOT_OWNED,
  /** An ECS resource of this name belongs to another object. */
  OWNED_BY_ANOTHER,
  /** The object's resource is in another account or region. */
  WRONG_ACCOUNT,
  /** The spec asks for a change that only CodeDeploy can make. */
  CODE_DEPLOY_REQUIRED,
  /** The spec asks for a change that ECS only does by replacing the resource. */
  REPLACEMENT_REQUIRED,
  /** ECS rolled the deployment back. */
  DEPLOYMENT_ROLLED_BACK,
  /** The deployment failed and was not rolled back. */
  DEPLOYMENT_FAILED,
  /** The rollout made no progress for as long as the spec allows. */
  PROGRESS_DEADLINE_EXCEEDED,
  /** The task failed as often as the spec allows. */
  FAILED,
  /** The task did not end within the time that the spec allows. */
  DEADLINE_EXCEEDED,
  /** ECS no longer knows the task, so how it ended is unknown. */
  OUTCOME_UNKNOWN,
  /** The object is only observed, and ECS has no such resource. */
  NOT_FOUND,
  /** ECS differs from the spec, and policy or a pause forbids to change it. */
  CHANGES_PENDING,
  /** ECS is as the spec asks. */
  NO_CHANGES,
  /** The annotation asks for a pause. */
  PAUSE_REQUESTED,
  /** At least one task serves. */
  SERVING,
  /** No task serves. */
  NOT_SERVING,
  /** The last call to AWS worked. */
  CALL_SUCCEEDED;

  /** Parses the reason of a condition; empty for a reason of another version. */
  public static Optional<Reason> of(String word) {
    return Arrays.stream(values()).filter(reason -> reason.toString().equals(word)).findFirst();
  }

  /** The reason as conditions have it, for example {@code NotOwned}. */
  @Override
  public String toString() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }
}
