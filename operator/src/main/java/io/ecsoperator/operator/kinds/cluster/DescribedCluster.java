package io.ecsoperator.operator.kinds.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.List;

/** A cluster as ECS describes it. */
record DescribedCluster(ObjectNode json) {
  private static final EcsType CLUSTER = EcsType.of("Cluster");
  private static final EcsMember ARN = CLUSTER.member("clusterArn");
  private static final EcsMember NAME = CLUSTER.member("clusterName");
  private static final EcsMember STATUS = CLUSTER.member("status");
  private static final EcsMember CAPACITY_PROVIDERS = CLUSTER.member("capacityProviders");
  private static final EcsMember DEFAULT_STRATEGY =
      CLUSTER.member("defaultCapacityProviderStrategy");

  String arn() {
    return ARN.text(json);
  }

  String name() {
    return NAME.text(json);
  }

  String status() {
    return STATUS.text(json);
  }

  /** ECS describes a deleted cluster as INACTIVE for a while. */
  boolean exists() {
    return !status().equals("INACTIVE");
  }

  boolean isActive() {
    return status().equals("ACTIVE");
  }

  /** Whether ECS is deleting the cluster. */
  boolean isDeprovisioning() {
    return status().equals("DEPROVISIONING");
  }

  /** Whether ECS is creating or deleting the cluster. */
  boolean isChanging() {
    return status().endsWith("PROVISIONING");
  }

  /** Names of the capacity providers that the cluster has. */
  List<String> capacityProviders() {
    return CAPACITY_PROVIDERS.texts(json).toList();
  }

  /** Whether the cluster has capacity providers or a default strategy of them. */
  boolean usesCapacityProviders() {
    return !CAPACITY_PROVIDERS.of(json).isEmpty() || !DEFAULT_STRATEGY.of(json).isEmpty();
  }
}
