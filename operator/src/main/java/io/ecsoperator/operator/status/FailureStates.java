package io.ecsoperator.operator.status;

import io.ecsoperator.operator.aws.AwsFailure;
import java.time.Duration;
import java.util.Locale;

/** Maps a failed call to AWS to the state of its object. */
public final class FailureStates {
  /** How long a refusal that AWS resolves by itself, such as a role just created, is waited for. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private FailureStates() {}

  /**
   * @param failingFor how long calls for the object have been failing
   * @param requeueAfter when to try again, if that can help
   */
  public static ReadyState of(AwsFailure failure, Duration failingFor, Duration requeueAfter) {
    return switch (failure.failureClass()) {
      case THROTTLED, TRANSIENT, NO_CAPACITY, WAITING, NOT_FOUND ->
          new ReadyState.Reconciling(reason(failure), describe(failure), requeueAfter);
      case BLOCKED ->
          failure.resolvesByItself() && failingFor.compareTo(PATIENCE) < 0
              ? new ReadyState.Reconciling(Reason.REFUSED_FOR_NOW, describe(failure), requeueAfter)
              : new ReadyState.Stalled(reason(failure), describe(failure));
    };
  }

  static Reason reason(AwsFailure failure) {
    return switch (failure.failureClass()) {
      case THROTTLED -> Reason.THROTTLED;
      case TRANSIENT -> Reason.AWS_UNAVAILABLE;
      case NO_CAPACITY -> Reason.WAITING_FOR_CAPACITY;
      case WAITING, NOT_FOUND -> Reason.REFUSED_FOR_NOW;
      case BLOCKED ->
          failure.code().toLowerCase(Locale.ROOT).contains("accessdenied")
              ? Reason.ACCESS_DENIED
              : Reason.REFUSED;
    };
  }

  /** Operation, code and AWS's message. */
  static String describe(AwsFailure failure) {
    return failure.operation() + " failed with " + failure.code() + ": " + failure.message();
  }
}
