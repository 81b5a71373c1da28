package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.sdkschema.OpenApiSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * The schema of an ECS request: the SDK's, with a fragment laid over each nested type. {@code
 * aws-types.yaml} holds the fragments of types that several kinds use, {@code types} of a kind's
 * fragment those of types that only this kind uses. A member with a nested type carries the address
 * of that type's page in the ECS API reference as {@code externalDocs}.
 */
final class AwsSchema {
  private static final String REFERENCE =
      "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_%s.html";

  private final ObjectNode shared = Fragments.shared("aws-types");
  private final Set<String> usedTypes = new HashSet<>();

  /**
   * The schema of the request of {@code kind}.
   *
   * @throws IllegalArgumentException if the kind's fragment describes a type that the request does
   *     not use, or one that is in {@code aws-types.yaml} too
   */
  ObjectNode of(ResourceKind kind) {
    Set<String> used = new HashSet<>();
    ObjectNode schema = new OpenApiSchema().of(kind.request().getClass());
    decorate(schema, kind.request(), kind.fragment().path("types"), used);
    for (String type : names(kind.fragment().path("types"))) {
      if (!used.contains(type)) {
        throw new IllegalArgumentException(
            "The fragment of %s describes %s, which %s does not use"
                .formatted(
                    kind.resource().getSimpleName(),
                    type,
                    kind.request().getClass().getSimpleName()));
      }
      if (shared.has(type)) {
        throw new IllegalArgumentException(
            "%s is described in the fragment of %s and in aws-types.yaml: keep one"
                .formatted(type, kind.resource().getSimpleName()));
      }
    }
    usedTypes.addAll(used);
    return schema;
  }

  /** Types in {@code aws-types.yaml} that no request has used so far. */
  List<String> unusedFragments() {
    return names(shared).stream().filter(type -> !usedTypes.contains(type)).toList();
  }

  private void decorate(ObjectNode schema, SdkPojo empty, JsonNode ofKind, Set<String> used) {
    for (SdkField<?> member : empty.sdkFields()) {
      ObjectNode property = (ObjectNode) schema.at("/properties/" + member.locationName());
      ObjectNode valueSchema = property;
      SdkField<?> value = member;
      while (value.containsTrait(ListTrait.class)) {
        value = value.getTrait(ListTrait.class).memberFieldInfo();
        valueSchema = (ObjectNode) valueSchema.get("items");
      }
      if (valueSchema.has("properties")) {
        SdkPojo nested = (SdkPojo) ((Buildable) value.constructor().get()).build();
        decorate(valueSchema, nested, ofKind, used);
        property
            .putObject("externalDocs")
            .put("url", REFERENCE.formatted(nested.getClass().getSimpleName()));
      }
    }
    String type = empty.getClass().getSimpleName();
    used.add(type);
    Fragments.lay(schema, shared.has(type) ? shared.get(type) : ofKind.path(type), type);
  }

  private static List<String> names(JsonNode types) {
    return types.propertyStream().map(Map.Entry::getKey).toList();
  }
}
