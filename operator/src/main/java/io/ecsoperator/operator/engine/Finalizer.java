package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.operator.status.ObjectGoneException;
import io.ecsoperator.operator.status.WriteConflict;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Adds the finalizer that keeps an object in Kubernetes until the operator has released it. */
public final class Finalizer {
  private final KubernetesClient kubernetes;

  Finalizer(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  /**
   * An object with the finalizer.
   *
   * @param firstReconcile whether it had no finalizer before, so that nothing was created in ECS
   *     for it
   */
  record Held<R>(R object, boolean firstReconcile) {}

  /**
   * Adds the finalizer. The patch names the resource version that it is based on, so that it fails
   * if another replica added the finalizer before, even if the cache does not show that yet.
   *
   * @throws ObjectGoneException if the object no longer exists
   */
  <R extends EcsResource<?>> Held<R> add(R object) {
    try {
      return new Held<>(
          kubernetes.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch(object)),
          true);
    } catch (KubernetesClientException e) {
      R now =
          new WriteConflict<>(object, object.getMetadata().getResourceVersion(), e)
              .next(kubernetes);
      if (now.isMarkedForDeletion()) {
        throw new ObjectGoneException(object, e);
      }
      return now.hasFinalizer(EcsResource.FINALIZER) ? new Held<>(now, false) : add(now);
    }
  }

  private static String patch(EcsResource<?> object) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ArrayNode finalizers =
        patch
            .putObject("metadata")
            .put("uid", object.getMetadata().getUid())
            .put("resourceVersion", object.getMetadata().getResourceVersion())
            .putArray("finalizers");
    object.getMetadata().getFinalizers().forEach(finalizers::add);
    finalizers.add(EcsResource.FINALIZER);
    return patch.toString();
  }
}
