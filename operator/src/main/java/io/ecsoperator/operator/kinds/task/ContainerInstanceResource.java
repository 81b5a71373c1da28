package io.ecsoperator.operator.kinds.task;

import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import java.util.List;
import java.util.Optional;

/**
 * What the cache knows about the container instances that tasks run on. The operator never writes
 * to them. One that left its cluster is INACTIVE as long as ECS describes it.
 */
public final class ContainerInstanceResource {
  private static final String NAME = "container_instance";

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          // Their tags are not read, so that a write to one of their ARNs changes nothing here.
          AwsResource.ArnForm.of(Scope.IN_CLUSTER),
          new Describe.Batch(
              "DescribeContainerInstances",
              100,
              Members.withoutName("containerInstances", "containerInstanceArn"),
              List.of(),
              // The other members change with every task on the instance.
              Describe.KeptMembers.only("containerInstanceArn", "ec2InstanceId", "status")),
          instance -> new DescribedContainerInstance(instance).isChanging(),
          List.of(),
          Optional.empty());

  private ContainerInstanceResource() {}

  /**
   * @param cluster name or ARN
   */
  static ResourceRef ref(String cluster, String idOrArn) {
    return ResourceRef.inCluster(NAME, cluster, idOrArn);
  }
}
