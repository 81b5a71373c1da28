package io.ecsoperator.operator.status;

import io.ecsoperator.operator.CutText;
import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Duration;

/** Maps a failed call to AWS to the state of its object. */
public final class FailureStates {
  /** How long a refusal that AWS resolves by itself, such as a role just created, is waited for. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** In bytes; leaves room in a condition for what to do. */
  private static final int MAX_MESSAGE = 768;

  private FailureStates() {}

  /**
   * @param failingFor how long calls for the object have been failing
   * @param requeueAfter when to try again, if that can help
   * @param refusedInterval how often a refused call is tried again
   */
  public static ReadyState of(
      AwsFailure failure, Duration failingFor, Duration requeueAfter, Duration refusedInterval) {
    return switch (failure.failureClass()) {
      case THROTTLED, TRANSIENT, NO_CAPACITY, WAITING, NOT_FOUND ->
          isRefusedInTheEnd(failure) && isLong(failingFor)
              ? stalled(failure, refusedInterval)
              : new ReadyState.Reconciling(reason(failure), describe(failure), requeueAfter);
      case BLOCKED ->
          failure.code().equals(AwsFailure.NO_CREDENTIALS)
              ? unread(failure, requeueAfter)
              : failure.resolvesByItself() && !isLong(failingFor)
                  ? new ReadyState.Reconciling(
                      Reason.REFUSED_FOR_NOW, describe(failure), requeueAfter)
                  : stalled(failure, refusedInterval);
    };
  }

  /** The state of an object that could not be read, which is no fault of its own. */
  public static ReadyState unread(AwsFailure failure, Duration requeueAfter) {
    return new ReadyState.Reconciling(reason(failure), describe(failure), requeueAfter);
  }

  private static ReadyState stalled(AwsFailure failure, Duration refusedInterval) {
    Reason reason = reason(failure);
    return new ReadyState.Stalled(
        reason == Reason.REFUSED_FOR_NOW ? Reason.REFUSED : reason,
        describe(failure)
            + " The operator tries again every "
            + text(refusedInterval)
            + ", and when the spec or the annotation ecs-operator.io/reconcile-requested-at"
            + " changes.");
  }

  private static String text(Duration interval) {
    return interval.toSecondsPart() == 0
        ? interval.toMinutes() + " minutes"
        : interval.toSeconds() + " seconds";
  }

  /**
   * Whether waiting does not help for long: for a cluster that does not exist, and for an operation
   * that the endpoint does not support. While ECS is away no call is sent, and none fails this way.
   */
  private static boolean isRefusedInTheEnd(AwsFailure failure) {
    return reason(failure) == Reason.CLUSTER_NOT_FOUND
        || failure.code().equals(AwsFailure.HTTP_500);
  }

  private static boolean isLong(Duration failingFor) {
    return failingFor.compareTo(PATIENCE) >= 0;
  }

  static Reason reason(AwsFailure failure) {
    return switch (failure.failureClass()) {
      case THROTTLED -> Reason.THROTTLED;
      case TRANSIENT ->
          switch (failure.code()) {
            case AwsFailure.WRONG_ACCOUNT -> Reason.WRONG_ACCOUNT;
            case AwsFailure.HTTP_500 -> Reason.REFUSED_FOR_NOW;
            default -> Reason.AWS_UNAVAILABLE;
          };
      case NO_CAPACITY -> Reason.WAITING_FOR_CAPACITY;
      case WAITING, NOT_FOUND ->
          failure.code().equals("ClusterNotFoundException")
              ? Reason.CLUSTER_NOT_FOUND
              : Reason.REFUSED_FOR_NOW;
      case BLOCKED ->
          failure.isAccessDenied()
              ? Reason.ACCESS_DENIED
              : failure.code().equals(AwsFailure.NO_CREDENTIALS)
                  ? Reason.NO_CREDENTIALS
                  : Reason.REFUSED;
    };
  }

  static String failedWith(AwsFailure failure) {
    return " failed with " + failure.code() + ": ";
  }

  /** Operation, code and AWS's message; a message that is cut names the call it is of. */
  static String describe(AwsFailure failure) {
    String ending =
        "… (cut; the operator's log has more"
            + failure.requestId().map(id -> ", AWS request id " + id).orElse("")
            + ")";
    return failure.operation()
        + failedWith(failure)
        + CutText.of(failure.message(), MAX_MESSAGE, ending);
  }
}
