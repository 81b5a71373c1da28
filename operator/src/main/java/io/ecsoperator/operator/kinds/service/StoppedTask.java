package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.status.StopReason;
import java.util.Optional;
import java.util.Set;

/** A stopped task of a service as ECS describes it. */
record StoppedTask(JsonNode json) {
  private static final EcsType TASK = EcsType.of("Task");
  private static final EcsMember ARN = TASK.member("taskArn");
  private static final EcsMember STOP_CODE = TASK.member("stopCode");

  /** Stop codes of tasks that were stopped on purpose. */
  private static final Set<String> INTENDED = Set.of("ServiceSchedulerInitiated", "UserInitiated");

  /** The task for the service's status; absent if it was stopped on purpose. */
  Optional<FailedTask> failure() {
    String stopCode = STOP_CODE.text(json);
    return INTENDED.contains(stopCode)
        ? Optional.empty()
        : Optional.of(new FailedTask(ARN.text(json), stopCode, StopReason.of(json)));
  }
}
