package io.ecsoperator.operator.kinds.capacityprovider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.secrets.Redaction;
import java.util.Optional;

/** A capacity provider as ECS describes it. */
record DescribedCapacityProvider(ObjectNode json) {
  private static final EcsType PROVIDER = EcsType.of("CapacityProvider");
  private static final EcsMember ARN = PROVIDER.member("capacityProviderArn");
  private static final EcsMember NAME = PROVIDER.member("name");
  private static final EcsMember CLUSTER = PROVIDER.member("cluster");
  private static final EcsMember STATUS = PROVIDER.member("status");
  private static final EcsMember UPDATE_STATUS = PROVIDER.member("updateStatus");
  private static final EcsMember UPDATE_STATUS_REASON = PROVIDER.member("updateStatusReason");

  String arn() {
    return ARN.text(json);
  }

  String name() {
    return NAME.text(json);
  }

  /** The cluster that managed instances belong to; absent for an Auto Scaling group. */
  Optional<JsonNode> cluster() {
    return CLUSTER.isIn(json) ? Optional.of(CLUSTER.of(json)) : Optional.empty();
  }

  String status() {
    return STATUS.text(json);
  }

  /** The state of the last change, such as UPDATE_COMPLETE; absent if there was none. */
  Optional<String> updateStatus() {
    return UPDATE_STATUS.optionalText(json);
  }

  /** Why the last change failed. */
  Optional<String> updateStatusReason() {
    return UPDATE_STATUS_REASON.optionalText(json).map(Redaction::ofForms);
  }

  /** ECS describes a deleted capacity provider as INACTIVE for a while. */
  boolean exists() {
    return !status().equals("INACTIVE");
  }

  /** Whether the last change has come to this state. */
  boolean is(String updateStatus) {
    return updateStatus().filter(updateStatus::equals).isPresent();
  }

  /** Whether ECS is creating, updating or deleting the capacity provider. */
  boolean isChanging() {
    return status().endsWith("PROVISIONING")
        || updateStatus().filter(state -> state.endsWith("_IN_PROGRESS")).isPresent();
  }
}
