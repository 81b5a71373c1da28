package io.ecsoperator.operator.aws;

import static io.ecsoperator.operator.aws.FailureClass.BLOCKED;
import static io.ecsoperator.operator.aws.FailureClass.NOT_FOUND;
import static io.ecsoperator.operator.aws.FailureClass.NO_CAPACITY;
import static io.ecsoperator.operator.aws.FailureClass.THROTTLED;
import static io.ecsoperator.operator.aws.FailureClass.TRANSIENT;

import java.util.Locale;

/** Classifies AWS errors, by {@link KnownRefusals} and else by the HTTP status. */
final class FailureClassifier {

  /** An AWS error as received; {@code code} is empty if the response has none. */
  record Refusal(String operation, String code, String message, int httpStatus) {}

  /**
   * The class of an error.
   *
   * @param resolvesByItself AWS resolves it within minutes; only together with {@code BLOCKED}
   */
  record Classification(FailureClass failureClass, boolean resolvesByItself) {}

  private FailureClassifier() {}

  static Classification classify(Refusal refusal) {
    return KnownRefusals.of(refusal)
        .map(line -> new Classification(line.failureClass(), line.resolvesByItself()))
        .orElseGet(() -> byStatus(refusal.httpStatus()));
  }

  /**
   * Classifies a {@code failures[].reason} of a response with HTTP 200. Failures of placement end
   * when capacity is added.
   */
  static Classification classifyReason(String reason) {
    return switch (reason.toUpperCase(Locale.ROOT)) {
      case "MISSING" -> of(NOT_FOUND);
      case "AGENT",
          "ATTRIBUTE",
          "LOCATION",
          "INACTIVE",
          "EMPTY CAPACITY PROVIDER",
          "NO ACTIVE INSTANCES" ->
          of(NO_CAPACITY);
      case String other when other.startsWith("RESOURCE:") -> of(NO_CAPACITY);
      case String other -> classify(new Refusal("", "", other, 400));
    };
  }

  private static Classification byStatus(int httpStatus) {
    if (httpStatus == 429) {
      return of(THROTTLED);
    }
    // 501 means that the endpoint lacks the operation, so a retry fails as well.
    return of(httpStatus >= 500 && httpStatus != 501 ? TRANSIENT : BLOCKED);
  }

  private static Classification of(FailureClass failureClass) {
    return new Classification(failureClass, false);
  }
}
