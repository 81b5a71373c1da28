package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Map;

/**
 * Writes members of a spec that the spec leaves to Kubernetes, such as the count of a service. The
 * operator does not stay their field manager: a server-side apply that sets or removes them later
 * finds no conflict.
 */
final class FilledInSpec {
  private static final String MANAGER = "ecs-operator-filled-in";
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient kubernetes;

  FilledInSpec(KubernetesClient kubernetes) {
    this.kubernetes = kubernetes;
  }

  /**
   * Writes the members, unless the spec has changed meanwhile.
   *
   * @param members JSON pointers into the object, with the values
   * @throws KubernetesClientException if the API server fails; the next reconcile tries again
   */
  <R extends EcsResource<?>> void write(R object, Map<String, JsonNode> members) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    test(patch, "/metadata/uid").put("value", object.getMetadata().getUid());
    test(patch, "/metadata/generation").put("value", object.getMetadata().getGeneration());
    members.forEach(
        (path, value) -> patch.addObject().put("op", "add").put("path", path).set("value", value));
    try {
      release(kubernetes.resource(object).patch(context(), patch.toString()));
    } catch (KubernetesClientException e) {
      if (!isOutdated(e)) {
        throw e;
      }
    }
  }

  /** Reads the entries as JSON, because the operator's client leaves them out of objects. */
  private void release(EcsResource<?> written) {
    JsonNode entries =
        kubernetes
            .getKubernetesSerialization()
            .unmarshal(raw(written), JsonNode.class)
            .at("/metadata/managedFields");
    for (int i = 0; i < entries.size(); i++) {
      if (MANAGER.equals(entries.get(i).path("manager").asText())) {
        String entry = "/metadata/managedFields/" + i;
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        test(patch, entry + "/manager").put("value", MANAGER);
        patch.addObject().put("op", "remove").put("path", entry);
        kubernetes.resource(written).patch(context(), patch.toString());
        return;
      }
    }
  }

  private String raw(EcsResource<?> object) {
    return kubernetes.raw(
        String.join(
            "/",
            "/apis",
            object.getApiVersion(),
            "namespaces",
            object.getMetadata().getNamespace(),
            object.getPlural(),
            object.getMetadata().getName()));
  }

  private static ObjectNode test(ArrayNode patch, String path) {
    return patch.addObject().put("op", "test").put("path", path);
  }

  private static PatchContext context() {
    return new PatchContext.Builder()
        .withPatchType(PatchType.JSON)
        .withFieldManager(MANAGER)
        .build();
  }

  /** Whether the object has changed since, or is gone: another reconcile follows. */
  private static boolean isOutdated(KubernetesClientException e) {
    return e.getCode() == UNPROCESSABLE
        || e.getCode() == HttpURLConnection.HTTP_CONFLICT
        || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }
}
