package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * A response of ECS.
 *
 * @param tree the response in the shape of the ECS API; members that are not set are left out
 * @param requestId the id by which AWS support finds the call
 * @param quotaWait how long the call waited for quota before it was sent. This time does not count
 *     towards the age of the response
 */
public record EcsResponse(ObjectNode tree, Optional<String> requestId, Duration quotaWait) {

  /** The response to a call that was sent without waiting. */
  public static EcsResponse of(ObjectNode tree, Optional<String> requestId) {
    return new EcsResponse(tree, requestId, Duration.ZERO);
  }

  public EcsResponse withQuotaWait(Duration duration) {
    return new EcsResponse(tree, requestId, duration);
  }
}
