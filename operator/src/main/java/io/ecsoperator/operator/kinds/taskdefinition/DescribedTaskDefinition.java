package io.ecsoperator.operator.kinds.taskdefinition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Optional;

/** A revision of a task definition as ECS describes it. */
record DescribedTaskDefinition(ObjectNode json) {
  private static final EcsType TASK_DEFINITION = EcsType.of("TaskDefinition");
  private static final EcsMember ARN = TASK_DEFINITION.member("taskDefinitionArn");
  private static final EcsMember FAMILY = TASK_DEFINITION.member("family");
  private static final EcsMember REVISION = TASK_DEFINITION.member("revision");
  private static final EcsMember STATUS = TASK_DEFINITION.member("status");
  private static final EcsMember REGISTERED_AT = TASK_DEFINITION.member("registeredAt");

  String arn() {
    return ARN.text(json);
  }

  String family() {
    return FAMILY.text(json);
  }

  int revision() {
    return REVISION.number(json);
  }

  String status() {
    return STATUS.text(json);
  }

  boolean isActive() {
    return status().equals("ACTIVE");
  }

  /** RFC 3339, to the second. */
  Optional<String> registeredAt() {
    return REGISTERED_AT.timestamp(json);
  }

  /** Seconds since 1970, with a fraction; 0 if ECS does not give it. */
  double registeredAtSeconds() {
    return REGISTERED_AT.of(json).asDouble();
  }
}
