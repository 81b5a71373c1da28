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

/** What keeps an object in Kubernetes until the operator has let it go. */
public final class Finalizer {
  public static final String NAME = EcsResource.GROUP + "/finalizer";

  private final KubernetesClient kubernetes;

  Finalizer(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  /**
   * An object as it is with the finalizer.
   *
   * @param untouched whether it had none before: then nobody has made anything in ECS for it yet
   */
  record Held<R>(R object, boolean firstReconcile) {}

  /**
   * Puts it on. The patch names the version that it follows, so that it tells for sure whether
   * another replica was there before, whatever the cache shows.
   *
   * @throws ObjectGoneException when the object is no longer there
   */
  <R extends EcsResource<?>> Held<R> putOn(R object) {
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
      return now.hasFinalizer(NAME) ? new Held<>(now, false) : putOn(now);
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
    finalizers.add(NAME);
    return patch.toString();
  }
}
