package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.status.StopReason;
import io.ecsoperator.operator.status.TaskLogs;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A stopped task of a service as ECS describes it. */
record StoppedTask(JsonNode json) {
  private static final EcsType TASK = EcsType.of("Task");
  private static final EcsMember ARN = TASK.member("taskArn");
  private static final EcsMember TASK_DEFINITION = TASK.member("taskDefinitionArn");
  private static final EcsMember LAST_STATUS = TASK.member("lastStatus");
  private static final EcsMember STARTED_BY = TASK.member("startedBy");
  private static final EcsMember STOP_CODE = TASK.member("stopCode");
  private static final EcsMember STOPPED_REASON = TASK.member("stoppedReason");
  private static final EcsMember STOPPED_AT = TASK.member("stoppedAt");
  private static final EcsMember CONTAINERS = TASK.member("containers");
  private static final EcsType CONTAINER = EcsType.of("Container");
  private static final EcsMember NAME = CONTAINER.member("name");
  private static final EcsMember IMAGE = CONTAINER.member("image");
  private static final EcsMember EXIT_CODE = CONTAINER.member("exitCode");
  private static final EcsMember REASON = CONTAINER.member("reason");

  private static final String SCHEDULER = "ServiceSchedulerInitiated";

  /** Stop codes of tasks that did not end by themselves. */
  private static final Set<String> BY_OTHERS =
      Set.of(SCHEDULER, "UserInitiated", "SpotInterruption", "TerminationNotice");

  String arn() {
    return ARN.text(json);
  }

  /** Whether the task never changes any more; ECS lists those that are still to stop too. */
  boolean hasStopped() {
    return LAST_STATUS.text(json).equals("STOPPED");
  }

  /** Whether the task belongs to a deployment, given as its id. */
  boolean isOf(String deploymentId) {
    return STARTED_BY.text(json).equals(deploymentId);
  }

  boolean hasFailed() {
    return !BY_OTHERS.contains(STOP_CODE.text(json)) || failedHealthChecks();
  }

  /** The scheduler stops such tasks; ECS has no stop code for them. */
  private boolean failedHealthChecks() {
    return STOP_CODE.text(json).equals(SCHEDULER)
        && STOPPED_REASON.text(json).startsWith("Task failed ");
  }

  /** In epoch seconds, by ECS's clock. */
  double stoppedAt() {
    return STOPPED_AT.of(json).asDouble();
  }

  String taskDefinition() {
    return TASK_DEFINITION.text(json);
  }

  /**
   * The task for the service's status.
   *
   * @param taskDefinition as ECS describes it; a missing node if it is not known
   */
  FailedTask described(JsonNode taskDefinition) {
    Optional<JsonNode> container = failedContainer();
    String arn = arn();
    return new FailedTask(
        arn,
        TASK_DEFINITION.optionalText(json).map(Arn::nameOf).orElse(null),
        container.flatMap(IMAGE::optionalText).orElse(null),
        STOP_CODE.text(json),
        container.flatMap(EXIT_CODE::optionalNumber).orElse(null),
        StopReason.of(json, taskDefinition),
        STOPPED_AT.timestamp(json).orElse(null),
        container
            .flatMap(failed -> TaskLogs.of(taskDefinition, NAME.text(failed), arn))
            .orElse(null));
  }

  /** The container that failed by itself, else one that has a reason, else the first one. */
  private Optional<JsonNode> failedContainer() {
    return Stream.of(
            CONTAINERS.items(json).filter(StoppedTask::exitedWithError),
            CONTAINERS.items(json).filter(REASON::isIn),
            CONTAINERS.items(json))
        .flatMap(containers -> containers)
        .findFirst();
  }

  private static boolean exitedWithError(JsonNode container) {
    return EXIT_CODE.optionalNumber(container).filter(code -> code != 0).isPresent();
  }
}
