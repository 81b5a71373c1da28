package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;

/**
 * Reads a record of which some components are {@link JsonUnwrapped}. Jackson writes such records,
 * but reads more than one unwrapped component only into classes with setters.
 */
final class FlatRecordDeserializer extends JsonDeserializer<EcsStatus>
    implements ContextualDeserializer {
  private final Class<?> type;

  /** For Jackson, which asks for the one with the type next. */
  FlatRecordDeserializer() {
    this(EcsStatus.class);
  }

  private FlatRecordDeserializer(Class<?> type) {
    this.type = type;
  }

  @Override
  public JsonDeserializer<?> createContextual(
      DeserializationContext context, BeanProperty property) {
    return new FlatRecordDeserializer(context.getContextualType().getRawClass());
  }

  @Override
  public EcsStatus deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonNode tree = context.readTree(parser);
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i], tree, context);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return (EcsStatus) constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IOException("Cannot make a " + type.getSimpleName(), e);
    }
  }

  private static Object value(
      RecordComponent component, JsonNode tree, DeserializationContext context) throws IOException {
    JavaType type = context.constructType(component.getGenericType());
    if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
      return context.readTreeAsValue(tree, type);
    }
    JsonNode value = tree.get(component.getName());
    return value == null || value.isNull() ? null : context.readTreeAsValue(value, type);
  }
}
