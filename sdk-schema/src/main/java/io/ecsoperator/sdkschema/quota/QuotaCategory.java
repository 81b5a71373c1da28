package io.ecsoperator.sdkschema.quota;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The categories of calls that share a request quota, as AWS publishes them: a bucket of {@code
 * burst} tokens that fills by {@code perSecond}. AWS publishes no quotas for daemons, express
 * gateway services, StopServiceDeployment and ContinueServiceDeployment, so local-ecs does not
 * limit them.
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
  /**
   * All other operations, such as those of daemons and express gateway services, for which AWS
   * publishes no quota. The numbers are a cautious assumption.
   */
  UNPUBLISHED(10, 1);

  private static final Map<String, QuotaCategory> BY_OPERATION =
      Arrays.stream(values())
          .flatMap(category -> category.operations.stream().map(name -> Map.entry(name, category)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final int burst;
  private final int perSecond;
  private final Set<String> operations;

  QuotaCategory(int burst, int perSecond, String... operations) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.operations = Set.of(operations);
  }

  /** Returns the category of an operation, for example of {@code CreateService}. */
  public static QuotaCategory of(String operation) {
    return BY_OPERATION.getOrDefault(operation, UNPUBLISHED);
  }

  /** True if AWS publishes this quota; false for {@link #UNPUBLISHED}. */
  public boolean isPublished() {
    return this != UNPUBLISHED;
  }

  /** The capacity of the bucket, in calls. */
  public int burst() {
    return burst;
  }

  /** Tokens that are added per second. */
  public int perSecond() {
    return perSecond;
  }

  /** The operations of the category; empty for {@link #UNPUBLISHED}. */
  public Set<String> operations() {
    return operations;
  }

  /** The name in options and metrics, for example {@code task-definition-modify}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
