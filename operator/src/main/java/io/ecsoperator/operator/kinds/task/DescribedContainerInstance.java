package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Optional;

/** A container instance as ECS describes it. */
record DescribedContainerInstance(JsonNode json) {
  private static final EcsType CONTAINER_INSTANCE = EcsType.of("ContainerInstance");
  private static final EcsMember EC2_INSTANCE_ID = CONTAINER_INSTANCE.member("ec2InstanceId");
  private static final EcsMember STATUS = CONTAINER_INSTANCE.member("status");

  Optional<String> ec2InstanceId() {
    return EC2_INSTANCE_ID.optionalText(json);
  }

  Optional<String> status() {
    return STATUS.optionalText(json);
  }

  /** Whether ECS is adding the instance to its cluster or removing it. */
  boolean isChanging() {
    String status = STATUS.text(json);
    return status.endsWith("REGISTERING") || status.endsWith("PROVISIONING");
  }
}
