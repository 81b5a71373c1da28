package io.ecsoperator.operator;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.crds.Internal;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;

/** The members of a status, by its record, that a schema does not have. */
final class StatusMembers {
  private StatusMembers() {}

  /**
   * The paths of missing members; of a missing member with members of its own only its own path.
   *
   * @param schema of the status
   */
  static List<String> missing(Class<? extends EcsStatus> status, JsonNode schema) {
    return inRecord(status, schema, "status").toList();
  }

  private static Stream<String> inRecord(Class<?> type, JsonNode schema, String path) {
    Stream<String> components =
        Stream.of(type.getRecordComponents())
            .flatMap(component -> inComponent(component, schema, path));
    Stream<String> computed =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> isComputed(type, method))
            .flatMap(
                method -> inMember(method.getName(), method.getGenericReturnType(), schema, path));
    return Stream.concat(components, computed);
  }

  private static Stream<String> inComponent(
      RecordComponent component, JsonNode schema, String path) {
    if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
      return inRecord(component.getType(), schema, path);
    }
    return component.isAnnotationPresent(Internal.class)
        ? inMember(
            component.getName(),
            component.getGenericType(),
            schema.at("/properties/" + Internal.MEMBER),
            path + "." + Internal.MEMBER)
        : inMember(component.getName(), component.getGenericType(), schema, path);
  }

  private static Stream<String> inMember(String name, Type type, JsonNode parent, String path) {
    JsonNode schema = parent.path("properties").path(name);
    String own = path + "." + name;
    if (schema.isMissingNode()) {
      return Stream.of(own);
    }
    return switch (type) {
      case ParameterizedType list when list.getActualTypeArguments()[0] instanceof Class<?> item ->
          item.isRecord() ? inRecord(item, schema.path("items"), own + "[]") : Stream.empty();
      case Class<?> nested when nested.isRecord() -> inRecord(nested, schema, own);
      default -> Stream.empty();
    };
  }

  /** A described method that is not the accessor of a component. */
  private static boolean isComputed(Class<?> type, Method method) {
    return method.isAnnotationPresent(Description.class)
        && Stream.of(type.getRecordComponents())
            .noneMatch(component -> component.getAccessor().equals(method));
  }
}
