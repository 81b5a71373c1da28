package io.ecsoperator.crds.generate;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.cluster.EcsClusterStatus;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinitionStatus;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/**
 * A kind and the types that its schema is derived from.
 *
 * @param request an empty request; its members are the AWS part of the spec
 * @param described what ECS answers, empty; members that only it has are refused by name
 * @param setByOperator members of the request that a user cannot set
 */
record ResourceKind(
    Class<? extends EcsResource<? extends EcsStatus>> resource,
    Class<? extends EcsStatus> status,
    SdkPojo request,
    SdkPojo described,
    Set<String> setByOperator) {

  static List<ResourceKind> all() {
    return List.of(
        new ResourceKind(
            EcsCluster.class,
            EcsClusterStatus.class,
            CreateClusterRequest.builder().build(),
            Cluster.builder().build(),
            Set.of()),
        new ResourceKind(
            EcsTaskDefinition.class,
            EcsTaskDefinitionStatus.class,
            RegisterTaskDefinitionRequest.builder().build(),
            TaskDefinition.builder().build(),
            Set.of()),
        new ResourceKind(
            EcsService.class,
            EcsServiceStatus.class,
            CreateServiceRequest.builder().build(),
            Service.builder().build(),
            Set.of("clientToken")),
        new ResourceKind(
            EcsTask.class,
            EcsTaskStatus.class,
            RunTaskRequest.builder().build(),
            Task.builder().build(),
            Set.of("clientToken", "startedBy")));
  }
}
