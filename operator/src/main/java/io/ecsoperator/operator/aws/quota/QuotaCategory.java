package io.ecsoperator.operator.aws.quota;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The operations that share a request quota of AWS, and that quota as AWS publishes it for ECS: per
 * account and region, for all callers together.
 */
public enum QuotaCategory {
  CLUSTER_MODIFY(
      20,
      1,
      "CreateCluster",
      "DeleteCluster",
      "UpdateCluster",
      "UpdateClusterSettings",
      "PutClusterCapacityProviders"),
  CLUSTER_READ(50, 20, "DescribeClusters", "ListClusters"),
  TASK_DEFINITION_MODIFY(20, 1, "RegisterTaskDefinition", "DeregisterTaskDefinition"),
  TASK_DEFINITION_READ(
      50, 20, "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
  TASK_DEFINITION_DELETE(5, 1, "DeleteTaskDefinitions"),
  SERVICE_MODIFY(50, 5, "CreateService", "UpdateService", "DeleteService"),
  SERVICE_READ(100, 20, "DescribeServices", "ListServices"),
  SERVICE_DEPLOYMENT_READ(50, 20, "DescribeServiceDeployments", "ListServiceDeployments"),
  SERVICE_REVISION_READ(50, 20, "DescribeServiceRevisions"),
  SERVICE_BY_NAMESPACE_READ(10, 1, "ListServicesByNamespace"),
  CLUSTER_RESOURCE_MODIFY(
      100,
      40,
      "RunTask",
      "StartTask",
      "StopTask",
      "ExecuteCommand",
      "PutAttributes",
      "DeleteAttributes",
      "DeregisterContainerInstance",
      "UpdateContainerAgent",
      "UpdateContainerInstancesState"),
  CLUSTER_RESOURCE_READ(
      100,
      20,
      "DescribeTasks",
      "ListTasks",
      "DescribeContainerInstances",
      "ListContainerInstances",
      "ListAttributes"),
  CAPACITY_PROVIDER_MODIFY(
      10, 1, "CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"),
  CAPACITY_PROVIDER_READ(50, 20, "DescribeCapacityProviders"),
  TAG_MODIFY(20, 10, "TagResource", "UntagResource"),
  TAG_READ(50, 20, "ListTagsForResource"),
  ACCOUNT_SETTING_MODIFY(
      10, 1, "PutAccountSetting", "PutAccountSettingDefault", "DeleteAccountSetting"),
  ACCOUNT_SETTING_READ(50, 20, "ListAccountSettings"),
  AGENT_MODIFY(
      200,
      120,
      "RegisterContainerInstance",
      "SubmitTaskStateChange",
      "SubmitContainerStateChange",
      "SubmitAttachmentStateChanges"),
  TASK_PROTECTION(200, 80, "GetTaskProtection", "UpdateTaskProtection"),
  /** All others: AWS says nothing of them, so this is a guess on the careful side. */
  UNPUBLISHED(10, 1);

  private static final Map<String, QuotaCategory> BY_OPERATION =
      Arrays.stream(values())
          .flatMap(category -> category.operations.stream().map(name -> Map.entry(name, category)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Quota published;
  private final Set<String> operations;

  QuotaCategory(int burst, int perSecond, String... operations) {
    this.published = new Quota(burst, perSecond);
    this.operations = Set.of(operations);
  }

  static QuotaCategory of(String operation) {
    return BY_OPERATION.getOrDefault(operation, UNPUBLISHED);
  }

  Quota published() {
    return published;
  }

  Set<String> operations() {
    return operations;
  }

  /** As in options and metrics, for example {@code task-definition-modify}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
