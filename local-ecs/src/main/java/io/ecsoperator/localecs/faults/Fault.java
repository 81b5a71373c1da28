package io.ecsoperator.localecs.faults;

import java.time.Duration;

/** A fault that can be injected into a call. */
public sealed interface Fault {

  /** Placeholder in a refusal's message for the name of the called operation. */
  String OPERATION = "{operation}";

  /** The call is refused and has no effect. */
  record Refusal(String type, String message, int status) implements Fault {}

  /** The call takes effect, and its answer is lost. */
  record LostAnswer(Loss how) implements Fault {}

  /** The call is lost and has no effect. The caller cannot distinguish this from a lost answer. */
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
    /**
     * The caller gets no answer until it gives up, for at most a minute. In process, the time-out
     * is immediate.
     */
    TIMEOUT
  }

  /** The error of a throttled call. */
  static Fault throttled() {
    return new Refusal("ThrottlingException", "Rate exceeded", 400);
  }

  /** The error for a principal without permission for the called operation. */
  static Fault accessDenied() {
    return accessDenied(OPERATION);
  }

  /** The error for a principal without permission for {@code operation}. */
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
