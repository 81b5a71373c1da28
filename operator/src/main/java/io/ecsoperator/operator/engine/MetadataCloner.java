package io.ecsoperator.operator.engine;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.EcsStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.config.Cloner;

/**
 * Copies a cached object for a reconcile. Only the metadata are copied: nothing changes a spec or a
 * status in place, so they need no copy by JSON.
 */
public final class MetadataCloner implements Cloner {
  @Override
  public <R extends HasMetadata> R clone(R object) {
    @SuppressWarnings("unchecked")
    R copy = (R) copy((EcsResource<?>) object);
    return copy;
  }

  private static <S extends EcsStatus> EcsResource<S> copy(EcsResource<S> object) {
    EcsResource<S> copy = object.blank();
    copy.setMetadata(new ObjectMetaBuilder(object.getMetadata()).build());
    copy.setSpec(object.getSpec());
    copy.setStatus(object.getStatus());
    return copy;
  }
}
