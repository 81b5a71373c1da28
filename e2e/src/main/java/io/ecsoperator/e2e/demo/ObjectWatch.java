package io.ecsoperator.e2e.demo;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The objects of a namespace, always as they are now. */
final class ObjectWatch implements AutoCloseable {
  private final List<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>> informers;

  private ObjectWatch(
      List<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>> informers) {
    this.informers = informers;
  }

  /** Watches the four kinds; when this returns, all objects are known. */
  static ObjectWatch start(KubernetesClient client, String namespace) {
    return new ObjectWatch(
        Stream.of(EcsCluster.class, EcsTaskDefinition.class, EcsService.class, EcsTask.class)
            .<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>>map(
                kind -> client.resources(kind).inNamespace(namespace).inform())
            .toList());
  }

  /** By kind, in the order in which they come up, and by name. */
  List<ObjectState> objects() {
    return informers.stream()
        .flatMap(
            informer ->
                informer.getStore().list().stream()
                    .map(object -> ObjectState.of(object))
                    .sorted(Comparator.comparing(ObjectState::name)))
        .toList();
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
