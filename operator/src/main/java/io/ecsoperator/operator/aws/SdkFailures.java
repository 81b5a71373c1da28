package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.aws.FailureClassifier.Classification;
import io.ecsoperator.operator.aws.FailureClassifier.Refusal;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.model.ConflictException;

/** Converts exceptions of the SDK to {@link AwsFailure}s. */
final class SdkFailures {

  /** Error codes of the operator for an endpoint that is not ECS, or not all of it. */
  static final String UNSUPPORTED = "UnsupportedOperation";

  static final String NOT_ECS = "NotEcs";

  private SdkFailures() {}

  /**
   * Converts an exception.
   *
   * @param writes true if the operation changes AWS, so that the failure can be ambiguous
   */
  static AwsFailure of(String operation, boolean writes, SdkException e) {
    return e instanceof AwsServiceException rejected
        ? rejected(operation, writes, rejected)
        : noResponse(operation, writes, e);
  }

  private static AwsFailure rejected(String operation, boolean writes, AwsServiceException e) {
    Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
    String code = details.map(AwsErrorDetails::errorCode).orElse("");
    String text = details.map(AwsErrorDetails::errorMessage).orElse("");
    // HTTP 5xx of the server or a gateway leaves open whether the write took effect.
    boolean ambiguous = writes && e.statusCode() >= 500 && e.statusCode() != 501;
    AwsFailure failure;
    if (unsupported(code, e.statusCode())) {
      failure =
          AwsFailure.of(
              operation,
              FailureClass.BLOCKED,
              UNSUPPORTED,
              "The endpoint does not support " + operation + described(code, text, e));
    } else if (code.isEmpty() && e.statusCode() == 500) {
      failure = brokenEndpoint(operation);
    } else {
      failure = rejected(operation, code, text, e);
    }
    return failure.withAmbiguous(ambiguous).withRequestId(Optional.ofNullable(e.requestId()));
  }

  private static AwsFailure rejected(
      String operation, String code, String text, AwsServiceException e) {
    Classification classification =
        FailureClassifier.classify(new Refusal(operation, code, text, e.statusCode()));
    String message = text.isEmpty() ? operation + " was refused" + described(code, text, e) : text;
    if (e instanceof ConflictException conflict && !conflict.resourceIds().isEmpty()) {
      message += " (" + String.join(", ", conflict.resourceIds()) + ")";
    }
    return AwsFailure.of(
            operation,
            classification.failureClass(),
            code.isEmpty() ? "Http" + e.statusCode() : code,
            message)
        .withResolvesByItself(classification.resolvesByItself());
  }

  /**
   * A 500 without an error code comes from what stands before ECS while ECS is away, or from other
   * endpoints, for operations that they do not support completely.
   */
  private static AwsFailure brokenEndpoint(String operation) {
    return AwsFailure.of(
        operation,
        FailureClass.TRANSIENT,
        AwsFailure.HTTP_500,
        "The endpoint responded to "
            + operation
            + " with HTTP 500 and no ECS error code: ECS may be away, or the endpoint may not"
            + " support the operation.");
  }

  /** True if the endpoint reports that it does not have the operation. */
  private static boolean unsupported(String code, int httpStatus) {
    return switch (code) {
      case "UnknownOperationException",
          "UnknownOperation",
          "UnsupportedOperation",
          "InvalidAction",
          "NotImplemented",
          "NotImplementedError" ->
          true;
      case "" -> httpStatus == 404 || httpStatus == 405 || httpStatus == 501;
      default -> httpStatus == 501;
    };
  }

  private static String described(String code, String text, AwsServiceException e) {
    String suffix = code.isEmpty() ? "" : " " + code;
    return " (HTTP " + e.statusCode() + suffix + ")" + (text.isEmpty() ? "." : ": " + text);
  }

  private static AwsFailure noResponse(String operation, boolean writes, SdkException e) {
    String text = Objects.requireNonNullElse(e.getMessage(), e.toString());
    if (caused(e, SSLHandshakeException.class) || caused(e, SSLPeerUnverifiedException.class)) {
      return notSent(operation, FailureClass.BLOCKED, "TlsFailed", text);
    }
    if (caused(e, ConnectException.class)
        || caused(e, NoRouteToHostException.class)
        || caused(e, UnknownHostException.class)) {
      return notSent(operation, FailureClass.TRANSIENT, "ConnectionFailed", text);
    }
    if (text.contains("Unable to load credentials")) {
      // The source of the credentials may be starting up.
      return AwsFailure.of(
              operation,
              FailureClass.BLOCKED,
              AwsFailure.NO_CREDENTIALS,
              "The operator has no AWS credentials: set AWS_PROFILE, AWS_ACCESS_KEY_ID or"
                  + " AWS_ROLE_ARN, or run it where AWS provides a role.")
          .withResolvesByItself(true);
    }
    if (text.startsWith("Unable to unmarshall response")) {
      return notEcs(operation, writes, text);
    }
    boolean timedOut =
        e instanceof ApiCallTimeoutException
            || e instanceof ApiCallAttemptTimeoutException
            || caused(e, InterruptedIOException.class);
    String code =
        timedOut ? "Timeout" : e instanceof AbortedException ? "Interrupted" : "ConnectionLost";
    return AwsFailure.of(
            operation, FailureClass.TRANSIENT, code, operation + " got no response: " + text)
        .withAmbiguous(writes);
  }

  /** A response with HTTP 200 that is not in the shape of ECS. */
  static AwsFailure notEcs(String operation, boolean writes, String problem) {
    return AwsFailure.of(
            operation,
            FailureClass.BLOCKED,
            NOT_ECS,
            "The endpoint's response to " + operation + " is not an ECS response: " + problem)
        .withAmbiguous(writes);
  }

  private static AwsFailure notSent(
      String operation, FailureClass failureClass, String code, String text) {
    return AwsFailure.of(operation, failureClass, code, operation + " could not be sent: " + text);
  }

  private static boolean caused(Throwable e, Class<? extends Throwable> type) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .anyMatch(type::isInstance);
  }
}
