package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.Condition;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.Internal;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;

/** The schema of a status, from its record: one property for each described component or method. */
final class StatusSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * The schema of {@code status}. Its defaults make kstatus treat an object that no operator has
   * reconciled yet as unobserved: the outer default applies at creation, the inner one when a later
   * write omits the member.
   */
  ObjectNode of(Class<? extends EcsStatus> status) {
    ObjectNode schema = record(status);
    ObjectNode internal = internal(status);
    if (!internal.isEmpty()) {
      ObjectNode member = ((ObjectNode) schema.get("properties")).putObject(Internal.MEMBER);
      member.put("type", "object");
      member.put(
          "description",
          "What the operator needs to continue after a restart; it may change with any version.");
      member.set("properties", internal);
    }
    schema.put("description", "State that the operator last observed, and what it did.");
    schema.putObject("default").put("observedGeneration", -1);
    ((ObjectNode) schema.at("/properties/observedGeneration")).put("default", -1);
    return schema;
  }

  private ObjectNode record(Class<?> type) {
    ObjectNode schema = NODES.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        properties.setAll((ObjectNode) record(component.getType()).get("properties"));
      } else if (!component.isAnnotationPresent(Internal.class)) {
        properties.set(
            component.getName(), described(component, value(component.getGenericType())));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Description.class) && !isAccessor(type, method)) {
        properties.set(method.getName(), described(method, value(method.getGenericReturnType())));
      }
    }
    if (type == Condition.class) {
      schema.putArray("required").add("type").add("status");
    }
    return schema;
  }

  /** The properties of all internal members, also of those in unwrapped records. */
  private ObjectNode internal(Class<?> type) {
    ObjectNode properties = NODES.objectNode();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        properties.setAll(internal(component.getType()));
      } else if (component.isAnnotationPresent(Internal.class)) {
        properties.set(
            component.getName(), described(component, value(component.getGenericType())));
      }
    }
    return properties;
  }

  private static boolean isAccessor(Class<?> type, Method method) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().equals(method)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode described(AnnotatedElement member, ObjectNode schema) {
    Description description = member.getAnnotation(Description.class);
    if (description == null) {
      throw new IllegalStateException(member + " has no @Description");
    }
    return schema.put("description", description.value());
  }

  private ObjectNode value(Type type) {
    return switch (type) {
      case ParameterizedType list when list.getRawType() == List.class -> list(list);
      case Class<?> simple when simple == String.class -> NODES.objectNode().put("type", "string");
      case Class<?> simple when simple == Integer.class -> integer("int32");
      case Class<?> simple when simple == Long.class -> integer("int64");
      case Class<?> simple when simple == Boolean.class ->
          NODES.objectNode().put("type", "boolean");
      case Class<?> simple when JsonNode.class.isAssignableFrom(simple) ->
          NODES.objectNode().put("x-kubernetes-preserve-unknown-fields", true);
      case Class<?> nested when nested.isRecord() -> record(nested);
      default -> throw new IllegalStateException("No schema for a status member of type " + type);
    };
  }

  private ObjectNode list(ParameterizedType type) {
    Type item = type.getActualTypeArguments()[0];
    ObjectNode schema = NODES.objectNode().put("type", "array");
    if (item == Condition.class) {
      schema
          .put("x-kubernetes-list-type", "map")
          .putArray("x-kubernetes-list-map-keys")
          .add("type");
    } else {
      schema.put("x-kubernetes-list-type", "atomic");
    }
    schema.set("items", value(item));
    return schema;
  }

  private static ObjectNode integer(String format) {
    return NODES.objectNode().put("type", "integer").put("format", format);
  }
}
