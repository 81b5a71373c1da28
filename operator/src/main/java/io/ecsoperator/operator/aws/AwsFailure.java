package io.ecsoperator.operator.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * A call to AWS that did not work. It has no stack trace: what matters is the operation, and what
 * AWS said about it. ReconcilerDependencies values and secrets of the request are not in the
 * message.
 */
public final class AwsFailure extends RuntimeException {
  private final String operation;
  private final FailureClass failureClass;
  private final String code;
  private final Optional<String> requestId;
  private final boolean ambiguous;
  private final boolean resolvesByItself;
  private final Optional<Instant> turnAt;

  private AwsFailure(
      String operation,
      FailureClass failureClass,
      String code,
      String message,
      Optional<String> requestId,
      boolean ambiguous,
      boolean resolvesByItself,
      Optional<Instant> turnAt) {
    super(message, null, false, false);
    this.operation = operation;
    this.failureClass = failureClass;
    this.code = code;
    this.requestId = requestId;
    this.ambiguous = ambiguous;
    this.resolvesByItself = resolvesByItself;
    this.turnAt = turnAt;
  }

  /** A failure without effect, that does not settle by itself. */
  public static AwsFailure of(
      String operation, FailureClass failureClass, String code, String message) {
    return new AwsFailure(
        operation, failureClass, code, message, Optional.empty(), false, false, Optional.empty());
  }

  /**
   * A call that was not sent: AWS allows only so many, and others go first. Nothing has failed, and
   * nothing is known that was not known before.
   *
   * @param turnAt when its turn is about to come
   */
  public static AwsFailure notYet(String operation, Instant turnAt) {
    return new AwsFailure(
        operation,
        FailureClass.THROTTLED,
        "QuotaWait",
        operation + " waits for its turn: AWS allows only so many calls of its kind.",
        Optional.empty(),
        false,
        false,
        Optional.of(turnAt));
  }

  AwsFailure withMessage(String message) {
    return new AwsFailure(
        operation, failureClass, code, message, requestId, ambiguous, resolvesByItself, turnAt);
  }

  public AwsFailure withRequestId(Optional<String> requestId) {
    return new AwsFailure(
        operation, failureClass, code, message(), requestId, ambiguous, resolvesByItself, turnAt);
  }

  public AwsFailure withAmbiguous(boolean ambiguous) {
    return new AwsFailure(
        operation, failureClass, code, message(), requestId, ambiguous, resolvesByItself, turnAt);
  }

  public AwsFailure withResolvesByItself(boolean resolvesByItself) {
    return new AwsFailure(
        operation, failureClass, code, message(), requestId, ambiguous, resolvesByItself, turnAt);
  }

  /** The ECS operation, for example {@code CreateService}. */
  public String operation() {
    return operation;
  }

  public FailureClass failureClass() {
    return failureClass;
  }

  /** AWS's error code, for example {@code ClusterNotFoundException}; else one of our own. */
  public String code() {
    return code;
  }

  /** What AWS said; never empty. */
  public String message() {
    return getMessage();
  }

  /** The id under which AWS support finds the call. */
  public Optional<String> requestId() {
    return requestId;
  }

  /**
   * Whether the effect may have happened all the same: a time-out, a lost connection or a 5xx after
   * a write. Look first, then repeat.
   */
  public boolean ambiguous() {
    return ambiguous;
  }

  /**
   * Whether AWS usually resolves this by itself within minutes: a role that was just created and is
   * not known everywhere yet, credentials that are being refreshed. Only ever with {@link
   * FailureClass#BLOCKED}: repeat for a while before believing that waiting cannot help.
   */
  public boolean resolvesByItself() {
    return resolvesByItself;
  }

  /** When to make a call that was {@link #notYet} sent; empty for one that was. */
  public Optional<Instant> turnAt() {
    return turnAt;
  }
}
