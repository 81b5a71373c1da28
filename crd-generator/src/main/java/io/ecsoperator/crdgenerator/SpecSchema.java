package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.sdkschema.OpenApiSchema;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The spec of one kind: AWS part, Kubernetes part, members refused by name, and the CEL rules. */
final class SpecSchema {
  /** Member of a fragment's property: the property's schema is the spec of the kind it names. */
  private static final String SPEC_OF = "specOf";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ResourceKind kind;
  private final ObjectNode common;
  private final Function<String, ObjectNode> templates;
  private final ObjectNode fragment;

  /**
   * @param common the fragment of what all kinds have
   * @param templates gives the schema of a spec without that, by the name of its kind
   */
  SpecSchema(ResourceKind kind, ObjectNode common, Function<String, ObjectNode> templates) {
    this.kind = kind;
    this.common = common;
    this.templates = templates;
    this.fragment = kind.fragment();
  }

  /** Completes {@code spec}, the schema of the kind's request. */
  ObjectNode over(ObjectNode spec) {
    Fragments.lay(spec, fragment.path("aws"), "spec");
    OpenEnums.open(spec);
    ObjectNode properties = (ObjectNode) spec.get("properties");
    properties.remove(kind.setByOperator());
    ArrayNode rules = spec.putArray("x-kubernetes-validations");

    addKubernetesPart(properties, common);
    addKubernetesPart(properties, fragment);
    rules.addAll((ArrayNode) common.get("rules"));
    rules.addAll((ArrayNode) fragment.get("rules"));
    if (fragment.has("mutable")) {
      immutable(properties, texts(fragment.get("mutable")), rules);
    }
    refuse(
        properties,
        readOnlyMembers(properties),
        "Only in ECS's answers; refused here.",
        "which ECS fills in");
    refuse(
        properties,
        setByOperator(),
        "Set by the operator; refused here.",
        "which the operator sets");
    linkTypes(spec);
    return spec;
  }

  private void addKubernetesPart(ObjectNode properties, ObjectNode from) {
    from.path("kubernetes")
        .properties()
        .forEach(
            member -> {
              if (properties.has(member.getKey())) {
                throw new IllegalStateException(
                    member.getKey() + " is a member of both the ECS API and the Kubernetes part");
              }
              properties.set(member.getKey(), kubernetesMember(member.getValue()));
            });
  }

  private ObjectNode kubernetesMember(JsonNode fragment) {
    ObjectNode schema = fragment.deepCopy();
    if (schema.remove(SPEC_OF) instanceof JsonNode kind) {
      return templates.apply(kind.textValue()).setAll(schema);
    }
    return schema;
  }

  /** One rule for each member, so that the error names the member that was changed. */
  private void immutable(ObjectNode properties, Set<String> mutable, ArrayNode rules) {
    new TreeSet<>(properties.propertyStream().map(Map.Entry::getKey).toList())
        .stream()
            .filter(name -> !mutable.contains(name))
            .forEach(
                name ->
                    rules
                        .addObject()
                        .put(
                            "rule",
                            "has(self.%1$s) == has(oldSelf.%1$s) && (!has(self.%1$s) || self.%1$s == oldSelf.%1$s)"
                                .formatted(name))
                        .put("message", fragment.get("immutableMessage").textValue())
                        .put("fieldPath", "." + name)
                        .put("reason", "FieldValueForbidden"));
  }

  private ObjectNode readOnlyMembers(ObjectNode properties) {
    ObjectNode described =
        (ObjectNode) new OpenApiSchema().of(kind.described().getClass()).get("properties");
    described.remove(properties.propertyStream().map(Map.Entry::getKey).toList());
    return described.remove(kind.setByOperator());
  }

  private ObjectNode setByOperator() {
    ObjectNode request =
        (ObjectNode) new OpenApiSchema().of(kind.request().getClass()).get("properties");
    return request.retain(kind.setByOperator());
  }

  /**
   * These members are in the schema only so that a rule can name them, instead of "unknown field".
   * Each has its own rule: the API server evaluates a rule of the spec at every write, those of
   * status included, even if the member is absent.
   */
  private static void refuse(
      ObjectNode properties, ObjectNode members, String description, String explanation) {
    members
        .properties()
        .forEach(
            member -> {
              ObjectNode refused = open(member.getValue()).put("description", description);
              refused
                  .putArray("x-kubernetes-validations")
                  .addObject()
                  .put("rule", "false")
                  .put("message", "remove " + member.getKey() + ", " + explanation)
                  .put("reason", "FieldValueForbidden");
              properties.set(member.getKey(), refused);
            });
  }

  /** The least schema with which CEL sees that a member is present. */
  private static ObjectNode open(JsonNode member) {
    ObjectNode schema = NODES.objectNode();
    switch (member.path("type").asText()) {
      case "string", "integer", "boolean" -> schema.put("type", member.get("type").textValue());
      // A timestamp: a number from the API, ISO 8601 from the command line.
      case "number" -> schema.put("x-kubernetes-int-or-string", true);
      case "array" -> schema.put("type", "array").set("items", open(member.get("items")));
      default -> schema.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
    }
    return schema;
  }

  /** Moves the address of a type into the description: {@code kubectl explain} shows only that. */
  private static void linkTypes(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.path("externalDocs").has("url")) {
      String link = "See " + object.remove("externalDocs").get("url").textValue();
      object.put(
          "description",
          object.has("description") ? object.get("description").textValue() + " " + link : link);
    }
    schema.forEach(SpecSchema::linkTypes);
  }

  private static Set<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::textValue)
        .collect(Collectors.toSet());
  }
}
