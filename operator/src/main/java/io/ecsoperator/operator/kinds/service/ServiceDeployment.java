package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Optional;

/** An item of the answer to ListServiceDeployments. */
record ServiceDeployment(JsonNode json) {
  private static final EcsMember LIST =
      EcsType.response("ListServiceDeployments").member("serviceDeployments");

  private static final EcsType BRIEF = EcsType.of("ServiceDeploymentBrief");
  private static final EcsMember ARN = BRIEF.member("serviceDeploymentArn");
  private static final EcsMember STATUS = BRIEF.member("status");
  private static final EcsMember STATUS_REASON = BRIEF.member("statusReason");
  private static final EcsMember CREATED_AT = BRIEF.member("createdAt");

  static Optional<ServiceDeployment> newest(JsonNode answer) {
    return LIST.items(answer)
        .map(ServiceDeployment::new)
        .max(Comparator.comparing(ServiceDeployment::createdAt));
  }

  String arn() {
    return ARN.text(json);
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
