package io.ecsoperator.operator.desired;

import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.operator.ObjectKey;
import java.util.List;
import java.util.Optional;

/** The objects of this operator's kinds, as the caches hold them; not to be changed. */
public interface KubernetesObjects {

  Optional<EcsCluster> cluster(String namespace, String name);

  Optional<EcsTaskDefinition> taskDefinition(String namespace, String name);

  /** The services that refer to a cluster or a task definition. */
  List<EcsService> servicesOf(ObjectKey referred);

  /** The tasks that refer to a cluster or a task definition. */
  List<EcsTask> tasksOf(ObjectKey referred);
}
