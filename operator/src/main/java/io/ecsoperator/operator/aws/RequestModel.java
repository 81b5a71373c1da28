package io.ecsoperator.operator.aws;

import io.ecsoperator.sdkschema.SdkOperation;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.EcsClient;

/** What the AWS SDK's model of ECS knows of requests. */
public final class RequestModel {
  private final Map<String, SdkOperation> operations = SdkOperation.all(EcsClient.class);

  /**
   * Whether the request of an operation has a field.
   *
   * @param pattern a field path with keys left open: {@code containerDefinitions[].image}
   */
  public boolean hasField(String operation, String pattern) {
    return Optional.ofNullable(operations.get(operation))
        .filter(known -> known.hasField(pattern))
        .isPresent();
  }
}
