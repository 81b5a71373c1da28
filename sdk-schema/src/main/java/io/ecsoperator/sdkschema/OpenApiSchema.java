package io.ecsoperator.sdkschema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;

/**
 * The OpenAPI v3 schema of an SDK type, in the structural form that Kubernetes asks of a custom
 * resource: types, formats and enum values. The SDK's model does not say which members a service
 * requires, nor their ranges and patterns; a caller that needs those adds them to the tree.
 */
public final class OpenApiSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * Returns the schema of {@code type}. A recursive type is cut where it contains itself: that
   * member accepts any object.
   */
  public ObjectNode of(Class<? extends SdkPojo> type) {
    return object(SdkTypes.newBuilder(type), new ArrayDeque<>());
  }

  private ObjectNode object(SdkPojo builder, Deque<Class<?>> open) {
    Class<? extends SdkPojo> type = SdkTypes.build(builder).getClass();
    if (open.contains(type)) {
      return NODES
          .objectNode()
          .put("type", "object")
          .put("x-kubernetes-preserve-unknown-fields", true);
    }
    open.push(type);
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (SdkField<?> field : builder.sdkFields()) {
      properties.set(field.locationName(), value(field, SdkTypes.enumValues(type, field), open));
    }
    open.pop();
    return schema;
  }

  private ObjectNode value(SdkField<?> field, List<String> enumValues, Deque<Class<?>> open) {
    ObjectNode schema = NODES.objectNode();
    switch (field.marshallingType().getKnownType()) {
      case STRING -> {
        schema.put("type", "string");
        if (!enumValues.isEmpty()) {
          enumValues.forEach(schema.putArray("enum")::add);
        }
      }
      case INTEGER, SHORT, BYTE -> schema.put("type", "integer").put("format", "int32");
      case LONG -> schema.put("type", "integer").put("format", "int64");
      case FLOAT -> schema.put("type", "number").put("format", "float");
      case DOUBLE -> schema.put("type", "number").put("format", "double");
      case BIG_DECIMAL -> schema.put("type", "number");
      case BOOLEAN -> schema.put("type", "boolean");
      case INSTANT -> timestamp(field, schema);
      case SDK_BYTES -> schema.put("type", "string").put("format", "byte");
      case DOCUMENT -> schema.put("x-kubernetes-preserve-unknown-fields", true);
      case SDK_POJO -> {
        return object(field.constructor().get(), open);
      }
      case LIST -> {
        schema.put("type", "array");
        schema.set(
            "items", value(field.getTrait(ListTrait.class).memberFieldInfo(), enumValues, open));
      }
      case MAP -> {
        schema.put("type", "object");
        schema.set(
            "additionalProperties",
            value(field.getTrait(MapTrait.class).valueFieldInfo(), List.of(), open));
      }
      default ->
          throw new IllegalStateException(
              "The SDK has a member type that is not supported: " + field.marshallingType());
    }
    return schema;
  }

  private static void timestamp(SdkField<?> field, ObjectNode schema) {
    TimestampFormatTrait.Format format =
        field
            .getOptionalTrait(TimestampFormatTrait.class)
            .map(TimestampFormatTrait::format)
            .orElse(TimestampFormatTrait.Format.UNIX_TIMESTAMP);
    switch (format) {
      case ISO_8601 -> schema.put("type", "string").put("format", "date-time");
      case RFC_822 -> schema.put("type", "string");
      case UNIX_TIMESTAMP_MILLIS -> schema.put("type", "integer").put("format", "int64");
      case UNIX_TIMESTAMP -> schema.put("type", "number").put("format", "double");
    }
  }
}
