package io.ecsoperator.demo;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.ResourceTypes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;

/** The objects of a namespace, of all kinds, kept up to date by watches. */
final class ObjectWatch implements AutoCloseable {
  private final List<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>> informers;

  private ObjectWatch(
      List<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>> informers) {
    this.informers = informers;
  }

  /** Starts a watch for each kind; when this returns, all objects are known. */
  static ObjectWatch start(KubernetesClient client, String namespace) {
    return new ObjectWatch(
        ResourceTypes.all().stream()
            .<SharedIndexInformer<? extends EcsResource<? extends EcsStatus>>>map(
                type -> client.resources(type).inNamespace(namespace).inform())
            .toList());
  }

  /** The objects by kind and name. */
  List<ObjectState> objects() {
    return informers.stream()
        .flatMap(informer -> informer.getStore().list().stream())
        .map(object -> ObjectState.of(object))
        .sorted(Comparator.comparing(ObjectState::kind).thenComparing(ObjectState::name))
        .toList();
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
