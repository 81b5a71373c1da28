package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record with {@link JsonUnwrapped} components as one flat object, with the {@link
 * Internal} ones together in one member at its end. Members that are null are left out.
 */
public final class FlatRecordSerializer extends JsonSerializer<EcsStatus> {
  private final Map<Class<?>, List<Member>> membersByType = new ConcurrentHashMap<>();

  private record Member(String name, boolean internal, UnaryOperator<@Nullable Object> reader) {
    Member in(UnaryOperator<@Nullable Object> outer) {
      return new Member(
          name,
          internal,
          status -> {
            Object record = outer.apply(status);
            return record == null ? null : reader.apply(record);
          });
    }

    static Member of(Method method, boolean internal) {
      return new Member(method.getName(), internal, reader(method));
    }

    static UnaryOperator<@Nullable Object> reader(Method method) {
      return record -> {
        try {
          return method.invoke(record);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }

  @Override
  public void serialize(EcsStatus status, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    List<Member> members =
        membersByType.computeIfAbsent(
            status.getClass(), type -> FlatRecordSerializer.members(type).toList());
    json.writeStartObject();
    for (Member member : members) {
      if (!member.internal()) {
        write(member, status, json, provider);
      }
    }
    boolean open = false;
    for (Member member : members) {
      if (member.internal() && member.reader().apply(status) != null) {
        if (!open) {
          json.writeObjectFieldStart(Internal.MEMBER);
          open = true;
        }
        write(member, status, json, provider);
      }
    }
    if (open) {
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void write(
      Member member, EcsStatus status, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    Object value = member.reader().apply(status);
    if (value != null) {
      provider.defaultSerializeField(member.name(), value, json);
    }
  }

  private static Stream<Member> members(Class<?> type) {
    Stream<Member> components =
        Stream.of(type.getRecordComponents()).flatMap(FlatRecordSerializer::members);
    Stream<Member> computed =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> isComputed(type, method))
            .map(method -> Member.of(method, false));
    return Stream.concat(components, computed);
  }

  private static Stream<Member> members(RecordComponent component) {
    Method accessor = component.getAccessor();
    return accessor.isAnnotationPresent(JsonUnwrapped.class)
        ? members(component.getType()).map(member -> member.in(Member.reader(accessor)))
        : Stream.of(Member.of(accessor, component.isAnnotationPresent(Internal.class)));
  }

  /** A described method that is not the accessor of a component. */
  private static boolean isComputed(Class<?> type, Method method) {
    return method.isAnnotationPresent(Description.class)
        && Stream.of(type.getRecordComponents())
            .map(RecordComponent::getAccessor)
            .noneMatch(method::equals);
  }
}
