package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/**
 * What ECS answered.
 *
 * @param tree the response in the ECS API's own shape; absent members are left out
 * @param requestId the id under which AWS support finds the call
 * @param waited how long the call waited for its turn before it was sent
 */
public record Answer(ObjectNode tree, Optional<String> requestId, Duration waited) {

  /** The answer to a call that was sent at once. */
  public static Answer of(ObjectNode tree, Optional<String> requestId) {
    return new Answer(tree, requestId, Duration.ZERO);
  }

  public Answer waited(Duration duration) {
    return new Answer(tree, requestId, duration);
  }
}
