package io.ecsoperator.e2e.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Changes objects by the same requests as kubectl, from this JVM. Each start of kubectl takes more
 * processor time than what the operator does then, so tests run the program only where the test is
 * about it.
 *
 * @param client uses the namespace of the test by default
 */
record ManifestClient(KubernetesClient client) {
  private static final YAMLMapper YAML = new YAMLMapper();

  /** Applies manifests in their order, as {@code kubectl apply --server-side} does. */
  void apply(String manifests) {
    try (JsonParser parser = YAML.createParser(manifests);
        var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(parser)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.isObject()) {
          apply(YAML.convertValue(document, GenericKubernetesResource.class));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void apply(GenericKubernetesResource object) {
    client
        .resource(object)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("kubectl")
                .withFieldValidation("Strict")
                .withForce(false)
                .build());
  }

  /** Sets members of a spec, given as YAML. */
  void patchSpec(ObjectRef<?> object, String members) {
    try {
      merge(object, "kubectl-patch", "spec", YAML.readTree(members));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets an annotation, given as {@code name=value}, or removes it, given as {@code name-}. */
  void annotate(ObjectRef<?> object, String annotation) {
    int end = annotation.indexOf('=');
    ObjectNode annotations = JsonNodeFactory.instance.objectNode();
    if (end > 0) {
      annotations.put(annotation.substring(0, end), annotation.substring(end + 1));
    } else {
      annotations.putNull(annotation.substring(0, annotation.lastIndexOf('-')));
    }
    merge(
        object,
        "kubectl-annotate",
        "metadata",
        JsonNodeFactory.instance.objectNode().set("annotations", annotations));
  }

  private void merge(ObjectRef<?> object, String manager, String member, JsonNode value) {
    of(object)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(manager)
                .withFieldValidation("Strict")
                .build(),
            JsonNodeFactory.instance.objectNode().set(member, value).toString());
  }

  /** Deletes an object without waiting for the end of the deletion. */
  void delete(ObjectRef<?> object) {
    var deleted = of(object).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
    if (deleted.isEmpty()) {
      throw new AssertionError(object + " does not exist");
    }
  }

  private <R extends EcsResource<?>> Resource<R> of(ObjectRef<R> object) {
    return client.resources(object.type()).withName(object.name());
  }
}
