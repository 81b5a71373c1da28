package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.secrets.Redaction;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A call to AWS that failed or was not sent. It has no stack trace: the operation and the message
 * of AWS identify it. The message contains no environment values and no secrets of the request.
 */
public final class AwsFailure extends RuntimeException {
  /** No credentials were found, so nothing was sent. */
  public static final String NO_CREDENTIALS = "NoCredentials";

  /** The answer came from another account or region than all others. */
  public static final String WRONG_ACCOUNT = "WrongAccount";

  /** This replica does not lead, so nothing was sent. */
  public static final String NOT_LEADER = "NotLeader";

  /** The code of a response with HTTP 500 and without an error code of ECS. */
  public static final String HTTP_500 = "Http500";

  /** Codes of an endpoint that is down, cannot be reached, or fails by itself. */
  private static final Set<String> OUTAGES =
      Set.of(
          "ConnectionFailed",
          "ConnectionLost",
          "Timeout",
          "ServerException",
          "InternalFailure",
          "InternalError",
          "InternalServerError",
          HTTP_500,
          "ServiceUnavailable",
          "ServiceUnavailableException",
          "Http502",
          "Http503",
          "Http504");

  /** Codes of credentials that AWS does not accept, and of endpoints that are not ECS. */
  private static final Set<String> OF_THE_INSTALLATION =
      Set.of(
          NO_CREDENTIALS,
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "NotEcs",
          "SignatureDoesNotMatch",
          "TlsFailed",
          "TokenRefreshRequired",
          "UnrecognizedClientException",
          "UnsupportedOperation",
          WRONG_ACCOUNT);

  private final String operation;
  private final FailureClass failureClass;
  private final String code;
  private final String message;
  private final Optional<String> requestId;
  private final boolean ambiguous;
  private final boolean resolvesByItself;
  private final Optional<Instant> deferredUntil;

  private AwsFailure(
      String operation,
      FailureClass failureClass,
      String code,
      String message,
      Optional<String> requestId,
      boolean ambiguous,
      boolean resolvesByItself,
      Optional<Instant> deferredUntil) {
    super(message, null, false, false);
    this.operation = operation;
    this.failureClass = failureClass;
    this.code = code;
    this.message = message;
    this.requestId = requestId;
    this.ambiguous = ambiguous;
    this.resolvesByItself = resolvesByItself;
    this.deferredUntil = deferredUntil;
  }

  /** A failure that had no effect in AWS, and that AWS does not resolve by itself. */
  public static AwsFailure of(
      String operation, FailureClass failureClass, String code, String message) {
    return new AwsFailure(
        operation, failureClass, code, message, Optional.empty(), false, false, Optional.empty());
  }

  /**
   * A call that was not sent because there is no quota for it yet. This is not an error: nothing in
   * AWS changed, and nothing was read.
   *
   * @param deferredUntil when to make the call again
   */
  public static AwsFailure deferred(String operation, Instant deferredUntil) {
    return new AwsFailure(
        operation,
        FailureClass.THROTTLED,
        "QuotaWait",
        operation + " waits for AWS request quota.",
        Optional.empty(),
        false,
        false,
        Optional.of(deferredUntil));
  }

  /**
   * A call that was not sent because a like call of another object is under way.
   *
   * @param deferredUntil when to make the call again
   */
  public static AwsFailure deferredForAnother(String operation, Instant deferredUntil) {
    return deferred(operation, deferredUntil)
        .withMessage(operation + " waits until the same call of another object is done.");
  }

  /** The same with what its message repeats of confidential values masked. */
  public AwsFailure masked(Redaction redaction) {
    String masked = redaction.apply(message);
    return masked.equals(message) ? this : withMessage(masked);
  }

  AwsFailure withMessage(String message) {
    return new AwsFailure(
        operation,
        failureClass,
        code,
        message,
        requestId,
        ambiguous,
        resolvesByItself,
        deferredUntil);
  }

  public AwsFailure withRequestId(Optional<String> requestId) {
    return new AwsFailure(
        operation,
        failureClass,
        code,
        message,
        requestId,
        ambiguous,
        resolvesByItself,
        deferredUntil);
  }

  public AwsFailure withAmbiguous(boolean ambiguous) {
    return new AwsFailure(
        operation,
        failureClass,
        code,
        message,
        requestId,
        ambiguous,
        resolvesByItself,
        deferredUntil);
  }

  public AwsFailure withResolvesByItself(boolean resolvesByItself) {
    return new AwsFailure(
        operation,
        failureClass,
        code,
        message,
        requestId,
        ambiguous,
        resolvesByItself,
        deferredUntil);
  }

  /** Whether ECS is away: it did not answer, or with a fault of its own. */
  boolean isOutage() {
    return failureClass == FailureClass.TRANSIENT && OUTAGES.contains(code);
  }

  /** Whether ECS answered, so that it is not away. */
  boolean isAnswer() {
    return requestId.isPresent() || failureClass != FailureClass.TRANSIENT && !isUnsent();
  }

  private boolean isUnsent() {
    return deferredUntil.isPresent() || code.equals(NO_CREDENTIALS) || code.equals("TlsFailed");
  }

  /** Whether a user of an object can do nothing about it: IAM, credentials or the endpoint. */
  public boolean concernsAllObjects() {
    return isAccessDenied() || OF_THE_INSTALLATION.contains(code);
  }

  public boolean isAccessDenied() {
    return code.toLowerCase(Locale.ROOT).contains("accessdenied");
  }

  /** The ECS operation, for example {@code CreateService}. */
  public String operation() {
    return operation;
  }

  public FailureClass failureClass() {
    return failureClass;
  }

  /** AWS's error code, such as {@code ClusterNotFoundException}, or one of the operator's. */
  public String code() {
    return code;
  }

  /** The message of AWS or of the operator; never empty. */
  public String message() {
    return message;
  }

  /** The id by which AWS support finds the call. */
  public Optional<String> requestId() {
    return requestId;
  }

  /**
   * True if the write may have taken effect: after a time-out, a lost connection or HTTP 5xx. The
   * caller has to read the resource before it repeats the write.
   */
  public boolean ambiguous() {
    return ambiguous;
  }

  /**
   * True if AWS usually resolves the failure within minutes: a new role that IAM has not propagated
   * yet, credentials that are being refreshed. Only with {@link FailureClass#BLOCKED}: the caller
   * retries for some minutes before it reports that the user has to act.
   */
  public boolean resolvesByItself() {
    return resolvesByItself;
  }

  /** When to make a {@link #deferred} call again; empty for a call that was sent. */
  public Optional<Instant> deferredUntil() {
    return deferredUntil;
  }
}
