package io.ecsoperator.crds.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.sdkschema.OpenApiSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * The schema of an ECS type: the SDK's, with the fragment that {@code aws-types.yaml} holds for
 * each type laid over it. A member that has a type of its own carries the address of that type's
 * page in the ECS API reference as {@code externalDocs}.
 */
final class AwsSchema {
  private static final String REFERENCE =
      "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_%s.html";

  private final ObjectNode fragments = Fragments.read("aws-types");
  private final Set<String> met = new HashSet<>();

  ObjectNode of(SdkPojo empty) {
    ObjectNode schema = new OpenApiSchema().of(empty.getClass());
    decorate(schema, empty);
    return schema;
  }

  /** Types that have a fragment and were in none of the schemas so far. */
  List<String> unusedFragments() {
    List<String> unused = new ArrayList<>();
    fragments.fieldNames().forEachRemaining(unused::add);
    unused.removeAll(met);
    return unused;
  }

  private void decorate(ObjectNode schema, SdkPojo empty) {
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
        decorate(valueSchema, nested);
        property
            .putObject("externalDocs")
            .put("url", REFERENCE.formatted(nested.getClass().getSimpleName()));
      }
    }
    String type = empty.getClass().getSimpleName();
    met.add(type);
    Fragments.lay(schema, fragments.path(type), type);
  }
}
