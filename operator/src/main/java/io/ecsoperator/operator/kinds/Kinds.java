package io.ecsoperator.operator.kinds;

import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.kinds.capacityprovider.CapacityProviderResource;
import io.ecsoperator.operator.kinds.cluster.ClusterResource;
import io.ecsoperator.operator.kinds.service.ServiceResource;
import io.ecsoperator.operator.kinds.task.ContainerInstanceResource;
import io.ecsoperator.operator.kinds.task.TaskResource;
import io.ecsoperator.operator.kinds.taskdefinition.TaskDefinitionResource;
import java.util.List;

/** The kinds of the operator. */
public final class Kinds {
  private Kinds() {}

  /** The ECS resources that the kinds read and write. */
  public static List<AwsResource> awsResources() {
    return List.of(
        ClusterResource.TABLE,
        CapacityProviderResource.TABLE,
        TaskDefinitionResource.TABLE,
        ServiceResource.TABLE,
        TaskResource.TABLE,
        ContainerInstanceResource.TABLE);
  }
}
