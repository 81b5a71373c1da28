package io.ecsoperator.operator.convergence;

import io.ecsoperator.crds.EcsCluster;
import io.ecsoperator.crds.EcsService;
import io.ecsoperator.crds.EcsTask;
import io.ecsoperator.crds.EcsTaskDefinition;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.desired.KubernetesObjects;
import java.util.List;
import java.util.Optional;

/** A Kubernetes without any other object. */
final class NoObjects implements KubernetesObjects {
  @Override
  public Optional<EcsCluster> cluster(String namespace, String name) {
    return Optional.empty();
  }

  @Override
  public Optional<EcsTaskDefinition> taskDefinition(String namespace, String name) {
    return Optional.empty();
  }

  @Override
  public List<EcsService> servicesOf(ObjectKey referred) {
    return List.of();
  }

  @Override
  public List<EcsTask> tasksOf(ObjectKey referred) {
    return List.of();
  }
}
