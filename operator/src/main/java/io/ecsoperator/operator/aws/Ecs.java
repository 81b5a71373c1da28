package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * ECS in one account and region. Requests and responses are JSON trees in the shape of the ECS API.
 * Safe for use by many threads.
 */
public interface Ecs {

  /**
   * Calls an operation that changes nothing: {@code Describe…}, {@code List…}, {@code Get…}.
   *
   * @throws AwsFailure if ECS rejects the call or cannot be reached
   * @throws IllegalArgumentException for an operation that writes, or that ECS does not have
   */
  Response read(String operation, ObjectNode request, CallContext callContext);

  /**
   * Calls an operation that changes AWS, exactly once: retries are up to the caller. A response
   * that has only {@code failures}, as that of {@code RunTask} when no task can be placed, is
   * thrown as a failure.
   *
   * @throws AwsFailure if ECS rejects the call or cannot be reached; {@link AwsFailure#ambiguous()}
   *     says whether the effect may have happened
   * @throws IllegalArgumentException for an operation that only reads, or that ECS does not have
   */
  Response write(String operation, ObjectNode request, CallContext callContext);

  /** The region that the calls go to. */
  String region();

  /** Identifies the credentials that a call would be sent with now; empty if that is not known. */
  default Optional<String> credentialsId() {
    return Optional.empty();
  }

  /** The failure of calls that are not sent because ECS is away; empty while they are sent. */
  default Optional<AwsFailure> failing(String operation) {
    return Optional.empty();
  }

  /**
   * A response of ECS.
   *
   * @param tree the response in the shape of the ECS API; members that are not set are left out
   * @param requestId the id by which AWS support finds the call
   * @param quotaWait how long the call waited for quota before it was sent. This time does not
   *     count towards the age of the response
   */
  public record Response(ObjectNode tree, Optional<String> requestId, Duration quotaWait) {

    /** The response to a call that was sent without waiting. */
    public static Response of(ObjectNode tree, Optional<String> requestId) {
      return new Response(tree, requestId, Duration.ZERO);
    }

    public Response withQuotaWait(Duration duration) {
      return new Response(tree, requestId, duration);
    }
  }
}
