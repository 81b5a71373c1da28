package io.ecsoperator.localecs.faults;

import java.time.Duration;

/** One thing that can go wrong with a call. */
public sealed interface Fault {

  /** Stands in a refusal's message for the operation that was called. */
  String OPERATION = "{operation}";

  /** The call is refused and has no effect. */
  record Refusal(String type, String message, int status) implements Fault {}

  /** The call has its effect; then its answer does not arrive. */
  record LostAnswer(Loss how) implements Fault {}

  /** The call does not arrive: it has no effect, and the caller cannot know. */
  record LostRequest(Loss how) implements Fault {}

  /** The call is carried out after {@code by} of wall time. */
  record Delay(Duration by) implements Fault {
    public Delay {
      if (by.isNegative()) {
        throw new IllegalArgumentException("Latency cannot be negative: " + by);
      }
    }
  }

  /** What the caller sees instead of the answer. */
  enum Loss {
    /** The connection is closed without a byte. */
    CONNECTION_CLOSED,
    /** HTTP status 500, ServerException. */
    SERVER_ERROR,
    /** Nothing comes until the caller gives up, or for a minute. In process: at once. */
    TIMEOUT
  }

  /** As AWS throttles. */
  static Fault throttled() {
    return new Refusal("ThrottlingException", "Rate exceeded", 400);
  }

  /** As AWS refuses a principal without a permission for the operation called. */
  static Fault accessDenied() {
    return accessDenied(OPERATION);
  }

  /** As AWS refuses a principal without a permission for {@code operation}. */
  static Fault accessDenied(String operation) {
    return new Refusal(
        "AccessDeniedException",
        "User is not authorized to perform: ecs:"
            + operation
            + " because no identity-based policy allows the ecs:"
            + operation
            + " action",
        400);
  }

  static Fault serverError() {
    return new Refusal("ServerException", "Service Unavailable. Please try again later.", 500);
  }

  static Fault lostAnswer() {
    return new LostAnswer(Loss.CONNECTION_CLOSED);
  }
}
