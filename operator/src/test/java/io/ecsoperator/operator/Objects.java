package io.ecsoperator.operator;

import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.operator.desired.KubernetesObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The objects of a namespace, all of which refer to each other. */
public final class Objects implements KubernetesObjects {
  private final List<EcsCluster> clusters = new ArrayList<>();
  private final List<EcsTaskDefinition> definitions = new ArrayList<>();
  private final List<EcsService> services = new ArrayList<>();
  private final List<EcsTask> tasks = new ArrayList<>();

  public Objects with(EcsCluster cluster) {
    clusters.add(cluster);
    return this;
  }

  public Objects with(EcsTaskDefinition definition) {
    definitions.add(definition);
    return this;
  }

  public Objects with(EcsService service) {
    services.add(service);
    return this;
  }

  public Objects with(EcsTask task) {
    tasks.add(task);
    return this;
  }

  @Override
  public Optional<EcsCluster> cluster(String namespace, String name) {
    return clusters.stream()
        .filter(object -> object.getMetadata().getNamespace().equals(namespace))
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public Optional<EcsTaskDefinition> taskDefinition(String namespace, String name) {
    return definitions.stream()
        .filter(object -> object.getMetadata().getNamespace().equals(namespace))
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public List<EcsService> servicesOf(ObjectKey referred) {
    return services;
  }

  @Override
  public List<EcsTask> tasksOf(ObjectKey referred) {
    return tasks;
  }
}
