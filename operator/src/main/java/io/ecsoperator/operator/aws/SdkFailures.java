package io.ecsoperator.operator.aws;

import io.ecsoperator.operator.aws.FailureClassifier.Classification;
import io.ecsoperator.operator.aws.FailureClassifier.Refusal;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
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

/** Turns what the SDK throws into {@link AwsFailure}s. */
final class SdkFailures {

  /** An error of ours about an endpoint that is not, or not quite, ECS. */
  static final String UNSUPPORTED = "UnsupportedOperation";

  static final String NOT_ECS = "NotEcs";

  private SdkFailures() {}

  /** The failure of a call that may have had an effect if {@code writes}. */
  static AwsFailure of(String operation, boolean writes, SdkException e) {
    return e instanceof AwsServiceException refused
        ? refused(operation, writes, refused)
        : notAnswered(operation, writes, e);
  }

  private static AwsFailure refused(String operation, boolean writes, AwsServiceException e) {
    Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
    String code = details.map(AwsErrorDetails::errorCode).orElse("");
    String text = details.map(AwsErrorDetails::errorMessage).orElse("");
    // An error of the server, or of a gateway before it, says nothing about the effect.
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
      failure = refused(operation, code, text, e);
    }
    return failure.withAmbiguous(ambiguous).withRequestId(Optional.ofNullable(e.requestId()));
  }

  private static AwsFailure refused(
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
   * ECS names its error also in a 500, and gateways before it say 502 to 504. Others than ECS say
   * this of operations that they do not have, or not quite.
   */
  private static AwsFailure brokenEndpoint(String operation) {
    return AwsFailure.of(
            operation,
            FailureClass.BLOCKED,
            NOT_ECS,
            "The endpoint answered "
                + operation
                + " with HTTP 500 and without an error of ECS: it may not support the operation.")
        .withResolvesByItself(true);
  }

  /** Whether the endpoint says that it does not have the operation at all. */
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
    String what = code.isEmpty() ? "" : " " + code;
    return " (HTTP " + e.statusCode() + what + ")" + (text.isEmpty() ? "." : ": " + text);
  }

  private static AwsFailure notAnswered(String operation, boolean writes, SdkException e) {
    String text = e.getMessage();
    if (caused(e, SSLHandshakeException.class) || caused(e, SSLPeerUnverifiedException.class)) {
      return onDeferred(operation, FailureClass.BLOCKED, "TlsFailed", text);
    }
    if (caused(e, ConnectException.class)
        || caused(e, NoRouteToHostException.class)
        || caused(e, UnknownHostException.class)) {
      return onDeferred(operation, FailureClass.TRANSIENT, "ConnectionFailed", text);
    }
    if (text.contains("Unable to load credentials")) {
      // The place where credentials come from may be starting up just as well.
      return onDeferred(operation, FailureClass.BLOCKED, "NoCredentials", text)
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
            operation, FailureClass.TRANSIENT, code, operation + " was not answered: " + text)
        .withAmbiguous(writes);
  }

  /** An answer, with HTTP 200, that is not one of ECS. */
  static AwsFailure notEcs(String operation, boolean writes, String problem) {
    return AwsFailure.of(
            operation,
            FailureClass.BLOCKED,
            NOT_ECS,
            "The endpoint's answer to " + operation + " is not one of ECS: " + problem)
        .withAmbiguous(writes);
  }

  private static AwsFailure onDeferred(
      String operation, FailureClass failureClass, String code, String text) {
    return AwsFailure.of(operation, failureClass, code, operation + " could not be sent: " + text);
  }

  private static boolean caused(Throwable e, Class<? extends Throwable> type) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .anyMatch(type::isInstance);
  }
}
