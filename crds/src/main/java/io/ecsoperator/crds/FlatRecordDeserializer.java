package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what {@link FlatRecordSerializer} writes. */
public final class FlatRecordDeserializer extends JsonDeserializer<EcsStatus>
    implements ContextualDeserializer {

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, BeanProperty property) {
    return OfType.of(context.getContextualType().getRawClass(), context);
  }

  @Override
  public EcsStatus deserialize(JsonParser parser, DeserializationContext context) {
    throw new IllegalStateException("Jackson must call createContextual first");
  }

  private record Component(String name, JavaType type, boolean unwrapped) {
    @Nullable Object of(JsonNode tree, DeserializationContext context) throws IOException {
      if (unwrapped) {
        return context.readTreeAsValue(tree, type);
      }
      JsonNode value = tree.get(name);
      return value == null || value.isNull() ? null : context.readTreeAsValue(value, type);
    }
  }

  /**
   * The deserializer of one type. It keeps the reflection results: each watch event has a status.
   */
  private static final class OfType extends JsonDeserializer<EcsStatus> {
    private final Constructor<?> constructor;
    private final List<Component> components;

    private OfType(Constructor<?> constructor, List<Component> components) {
      this.constructor = constructor;
      this.components = components;
    }

    static OfType of(Class<?> type, DeserializationContext context) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      try {
        return new OfType(
            type.getDeclaredConstructor(types),
            Stream.of(components).map(component -> component(component, context)).toList());
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Component component(RecordComponent component, DeserializationContext context) {
      return new Component(
          component.getName(),
          context.constructType(component.getGenericType()),
          component.getAccessor().isAnnotationPresent(JsonUnwrapped.class));
    }

    @Override
    public EcsStatus deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(parser);
      if (tree.path(Internal.MEMBER) instanceof ObjectNode internal) {
        ((ObjectNode) tree).setAll(internal);
      }
      @Nullable Object[] values = new @Nullable Object[components.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = components.get(i).of(tree, context);
      }
      try {
        return (EcsStatus) constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        throw new IOException("Cannot make a " + constructor.getName(), e);
      }
    }
  }
}
