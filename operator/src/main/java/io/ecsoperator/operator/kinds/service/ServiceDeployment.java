package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A deployment of a service: an item of the answer to ListServiceDeployments. */
record ServiceDeployment(JsonNode json) {
  private static final EcsMember LIST =
      EcsType.response("ListServiceDeployments").member("serviceDeployments");

  private static final EcsType BRIEF = EcsType.of("ServiceDeploymentBrief");
  private static final EcsMember ARN = BRIEF.member("serviceDeploymentArn");
  private static final EcsMember STATUS = BRIEF.member("status");
  private static final EcsMember STATUS_REASON = BRIEF.member("statusReason");
  private static final EcsMember CREATED_AT = BRIEF.member("createdAt");
  private static final EcsMember REVISION_ARN = BRIEF.member("targetServiceRevisionArn");

  private static final EcsMember DESCRIBED =
      EcsType.response("DescribeServiceDeployments").member("serviceDeployments");
  private static final EcsType WHOLE = EcsType.of("ServiceDeployment");
  private static final EcsMember WHOLE_ARN = WHOLE.member("serviceDeploymentArn");
  private static final EcsMember STAGE = WHOLE.member("lifecycleStage");
  private static final EcsMember HOOKS = WHOLE.member("lifecycleHookDetails");
  private static final EcsType HOOK = EcsType.of("DeploymentLifecycleHookDetail");
  private static final EcsMember HOOK_ID = HOOK.member("hookId");
  private static final EcsMember HOOK_STATUS = HOOK.member("status");
  private static final EcsMember EXPIRES_AT = HOOK.member("expiresAt");
  private static final EcsMember TIMEOUT_ACTION = HOOK.member("timeoutAction");

  /** The newest one on the pages of a list. */
  static Optional<ServiceDeployment> newest(List<? extends JsonNode> pages) {
    return pages.stream()
        .flatMap(LIST::items)
        .map(ServiceDeployment::new)
        .max(Comparator.comparing(ServiceDeployment::createdAt));
  }

  /** The PAUSE hook that a deployment in an answer to DescribeServiceDeployments waits at. */
  static Optional<PauseHook> pauseHook(JsonNode answer) {
    return DESCRIBED
        .items(answer)
        .flatMap(
            deployment ->
                HOOKS
                    .items(deployment)
                    .filter(hook -> HOOK_STATUS.text(hook).equals("AWAITING_ACTION"))
                    .map(hook -> pauseHook(deployment, hook)))
        .findFirst();
  }

  private static PauseHook pauseHook(JsonNode deployment, JsonNode hook) {
    return new PauseHook(
        HOOK_ID.text(hook),
        STAGE.optionalText(deployment).orElse(null),
        EXPIRES_AT.timestamp(hook).orElse(null),
        TIMEOUT_ACTION.optionalText(hook).orElse(null),
        WHOLE_ARN.text(deployment));
  }

  String arn() {
    return ARN.text(json);
  }

  /** The id that the deployment has in its service: the revision's ARN ends with its digits. */
  String deploymentId() {
    return "ecs-svc/" + Arn.nameOf(REVISION_ARN.text(json));
  }

  /** Why ECS rolled it back, or was asked to; absent if it did not. */
  Optional<String> rolledBack() {
    return isRolledBack()
        ? STATUS_REASON
            .optionalText(json)
            .or(() -> Optional.of("service deployment " + STATUS.text(json)))
        : Optional.empty();
  }

  private boolean isRolledBack() {
    return switch (STATUS.text(json)) {
      case "ROLLBACK_REQUESTED",
          "ROLLBACK_IN_PROGRESS",
          "ROLLBACK_SUCCESSFUL",
          "ROLLBACK_FAILED",
          "STOP_REQUESTED",
          "STOPPED" ->
          true;
      default -> false;
    };
  }

  private BigDecimal createdAt() {
    return CREATED_AT.of(json).decimalValue();
  }
}
