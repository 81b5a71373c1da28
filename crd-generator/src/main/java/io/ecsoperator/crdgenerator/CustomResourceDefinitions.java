package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import java.util.List;

/** Puts together the CustomResourceDefinition of each kind. */
final class CustomResourceDefinitions {
  private final AwsSchema awsSchema = new AwsSchema();
  private final StatusSchema statusSchema = new StatusSchema();
  private final ObjectNode common = Fragments.shared("common");

  /**
   * The definitions of {@code kinds}, members in a stable order.
   *
   * @throws IllegalStateException if {@code aws-types.yaml} describes a type that no kind uses
   */
  List<ObjectNode> of(List<ResourceKind> kinds) {
    List<ObjectNode> definitions = kinds.stream().map(kind -> definition(kind, kinds)).toList();
    if (!awsSchema.unusedFragments().isEmpty()) {
      throw new IllegalStateException(
          "aws-types.yaml describes types that no kind uses: " + awsSchema.unusedFragments());
    }
    return definitions;
  }

  private ObjectNode definition(ResourceKind kind, List<ResourceKind> kinds) {
    Class<? extends EcsResource<?>> resource = kind.resource();

    ObjectNode definition =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "apiextensions.k8s.io/v1")
            .put("kind", "CustomResourceDefinition");
    definition.putObject("metadata").put("name", HasMetadata.getFullResourceName(resource));
    ObjectNode spec = definition.putObject("spec").put("group", EcsResource.GROUP);
    spec.set("names", names(resource));
    spec.put("scope", "Namespaced");
    spec.putArray("versions").add(version(kind, kinds));
    return (ObjectNode) SchemaOrder.sorted(definition);
  }

  private static ObjectNode names(Class<? extends EcsResource<?>> resource) {
    ObjectNode names =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", HasMetadata.getKind(resource))
            .put("listKind", HasMetadata.getKind(resource) + "List")
            .put("plural", HasMetadata.getPlural(resource))
            .put("singular", HasMetadata.getSingular(resource));
    names.putArray("categories").add("aws").add("ecs");
    ArrayNode shortNames = names.putArray("shortNames");
    for (String shortName : resource.getAnnotation(ShortNames.class).value()) {
      shortNames.add(shortName);
    }
    return names;
  }

  private ObjectNode version(ResourceKind kind, List<ResourceKind> kinds) {
    ObjectNode fragment = kind.fragment();
    ObjectNode version =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", EcsResource.VERSION)
            .put("served", true)
            .put("storage", true);
    ArrayNode columns = version.putArray("additionalPrinterColumns");
    columns.addAll((ArrayNode) common.get("firstColumns"));
    columns.addAll((ArrayNode) fragment.get("columns"));
    columns.addAll((ArrayNode) common.get("lastColumns"));
    ObjectNode subresources = version.putObject("subresources");
    subresources.putObject("status");
    if (fragment.has("scale")) {
      subresources.set("scale", fragment.get("scale"));
    }
    version.putObject("schema").set("openAPIV3Schema", object(kind, kinds));
    return version;
  }

  private ObjectNode object(ResourceKind kind, List<ResourceKind> kinds) {
    ObjectNode fragment = kind.fragment();
    ObjectNode object =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "object")
            .put("description", fragment.get("description").textValue());
    object.putArray("required").add("spec");
    if (fragment.has("objectRules")) {
      object.set("x-kubernetes-validations", fragment.get("objectRules"));
    }
    ObjectNode properties = object.putObject("properties");
    metadata(properties);
    ObjectNode spec =
        new SpecSchema(kind, common, name -> template(name, kinds)).over(awsSchema.of(kind));
    Bounds.add(spec);
    Nulls.accept(spec);
    properties.set("spec", spec);
    properties.set("status", statusSchema.of(kind.status()));
    return object;
  }

  /** The spec of a kind as a member of another kind's spec, which has the policies itself. */
  private ObjectNode template(String name, List<ResourceKind> kinds) {
    ResourceKind kind =
        kinds.stream()
            .filter(candidate -> HasMetadata.getKind(candidate.resource()).equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("specOf names no kind: " + name));
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    nothing.putArray("rules");
    return new SpecSchema(kind, nothing, nested -> template(nested, kinds))
        .over(awsSchema.of(kind));
  }

  private static void metadata(ObjectNode properties) {
    properties
        .putObject("apiVersion")
        .put("type", "string")
        .put("description", "Version of this API: ecs-operator.io/v1alpha1.");
    properties.putObject("kind").put("type", "string").put("description", "Kind of the object.");
    properties.putObject("metadata").put("type", "object");
  }

  /** The plural name of the kind that {@code definition} defines. */
  static String plural(JsonNode definition) {
    return definition.at("/spec/names/plural").textValue();
  }
}
