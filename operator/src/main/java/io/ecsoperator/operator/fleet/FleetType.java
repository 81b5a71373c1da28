package io.ecsoperator.operator.fleet;

import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Include;
import io.ecsoperator.operator.cache.Describe.KeptMembers;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The types of resources of which the copy has all. */
public enum FleetType {
  CLUSTER(
      "cluster",
      "clusters",
      new Describe.Batch(
          "DescribeClusters",
          100,
          Members.named("clusters", "clusterArn", "clusterName"),
          List.of(
              Include.TAGS,
              new Include("ATTACHMENTS", "attachments"),
              new Include("SETTINGS", "settings"),
              new Include("CONFIGURATIONS", "configuration"),
              new Include("STATISTICS", "statistics")),
          KeptMembers.ALL),
      List.of(ListQuery.all("ListClusters", "clusterArns"))),
  SERVICE(
      "service",
      "services",
      new Describe.Batch(
          "DescribeServices",
          10,
          Members.named("services", "serviceArn", "serviceName"),
          List.of(Include.TAGS),
          // ECS describes a hundred, which are most of the description.
          KeptMembers.newest("events", 10)),
      List.of(ListQuery.all("ListServices", "serviceArns"))),
  TASK(
      "task",
      "tasks",
      new Describe.Batch(
          "DescribeTasks",
          100,
          Members.withoutName("tasks", "taskArn"),
          List.of(Include.TAGS),
          KeptMembers.ALL),
      List.of(
          ListQuery.all("ListTasks", "taskArns"),
          ListQuery.all("ListTasks", "taskArns").where("desiredStatus", "STOPPED"))),
  CONTAINER_INSTANCE(
      "container-instance",
      "containerInstances",
      new Describe.Batch(
          "DescribeContainerInstances",
          100,
          Members.withoutName("containerInstances", "containerInstanceArn"),
          List.of(Include.TAGS, new Include("CONTAINER_INSTANCE_HEALTH", "healthStatus")),
          KeptMembers.ALL),
      List.of(ListQuery.all("ListContainerInstances", "containerInstanceArns"))),
  TASK_DEFINITION(
      "task-definition",
      "taskDefinitions",
      new Describe.Single(
          "DescribeTaskDefinition", "taskDefinition", List.of(Include.TAGS), KeptMembers.ALL),
      List.of());

  private final String arnType;
  private final String listMember;
  private final Describe describe;
  private final List<ListQuery> lists;

  FleetType(String arnType, String listMember, Describe describe, List<ListQuery> lists) {
    this.arnType = arnType;
    this.listMember = listMember;
    this.describe = describe;
    this.lists = lists;
  }

  /** The type of the resource that an ARN names. */
  public static Optional<FleetType> ofArnType(String arnType) {
    return Arrays.stream(values()).filter(type -> type.arnType.equals(arnType)).findFirst();
  }

  /** The type in ARNs, such as {@code container-instance}. */
  public String arnType() {
    return arnType;
  }

  /** The last segment of paths, such as {@code container-instances}. */
  public String plural() {
    return arnType + "s";
  }

  /** The member of ECS's answers that has the descriptions, such as {@code containerInstances}. */
  public String listMember() {
    return listMember;
  }

  /** The member of a description that has the ARN. */
  public EcsMember arn() {
    return switch (this) {
      case CLUSTER -> Arns.CLUSTER;
      case SERVICE -> Arns.SERVICE;
      case TASK -> Arns.TASK;
      case CONTAINER_INSTANCE -> Arns.CONTAINER_INSTANCE;
      case TASK_DEFINITION -> Arns.TASK_DEFINITION;
    };
  }

  private static final class Arns {
    static final EcsMember CLUSTER = EcsType.of("Cluster").member("clusterArn");
    static final EcsMember SERVICE = EcsType.of("Service").member("serviceArn");
    static final EcsMember TASK = EcsType.of("Task").member("taskArn");
    static final EcsMember CONTAINER_INSTANCE =
        EcsType.of("ContainerInstance").member("containerInstanceArn");
    static final EcsMember TASK_DEFINITION =
        EcsType.of("TaskDefinition").member("taskDefinitionArn");
  }

  Describe describe() {
    return describe;
  }

  /** The lists that have all resources together, of one cluster if they live in clusters. */
  List<ListQuery> lists() {
    return lists;
  }
}
