package io.ecsoperator.sdkschema;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Reads by reflection what the SDK's generated classes have in common: builders and enum values.
 */
final class SdkTypes {
  /** The constant that every SDK enum has for values that this SDK version does not know. */
  private static final String UNKNOWN = "UNKNOWN_TO_SDK_VERSION";

  private SdkTypes() {}

  static SdkPojo newBuilder(Class<? extends SdkPojo> type) {
    try {
      return (SdkPojo) type.getMethod("builder").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalArgumentException(type.getName() + " is not a generated SDK type", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  static SdkPojo build(SdkPojo builder) {
    return (SdkPojo) ((Buildable) builder).build();
  }

  /** The member of the name on the wire. */
  static Optional<SdkField<?>> member(List<SdkField<?>> members, String name) {
    return members.stream().filter(field -> field.locationName().equals(name)).findFirst();
  }

  /** The members of a structure; none for any other type. */
  static List<SdkField<?>> members(SdkField<?> field) {
    return field.marshallingType() == MarshallingType.SDK_POJO
        ? field.constructor().get().sdkFields()
        : List.of();
  }

  /** What a list or a map consists of; empty for any other type. */
  static Optional<SdkField<?>> element(SdkField<?> field) {
    if (field.marshallingType() == MarshallingType.LIST) {
      return Optional.of(field.getTrait(ListTrait.class).memberFieldInfo());
    }
    return field.marshallingType() == MarshallingType.MAP
        ? Optional.of(field.getTrait(MapTrait.class).valueFieldInfo())
        : Optional.empty();
  }

  /**
   * Returns the values of a member that the SDK models as an enum or a list of enums; empty for all
   * others. The SDK stores such values as strings, and has a getter {@code x()} for the enum beside
   * {@code xAsString()}, or for the list beside {@code xAsStrings()}.
   */
  static List<String> enumValues(Class<? extends SdkPojo> owner, SdkField<?> field) {
    return asEnum(owner, field)
        .map(
            type ->
                Arrays.stream(type.getEnumConstants())
                    .map(Enum.class::cast)
                    // By name(): the toString() of this constant is "null".
                    .filter(constant -> !constant.name().equals(UNKNOWN))
                    .map(Object::toString)
                    .toList())
        .orElse(List.of());
  }

  private static Optional<Class<?>> asEnum(Class<? extends SdkPojo> owner, SdkField<?> field) {
    for (Method method : owner.getMethods()) {
      String name = method.getName();
      if (method.getParameterCount() != 0
          || !(name.endsWith("AsString") || name.endsWith("AsStrings"))) {
        continue;
      }
      String plain = name.substring(0, name.lastIndexOf("AsString"));
      if (!plain.equalsIgnoreCase(field.memberName())) {
        continue;
      }
      try {
        return Optional.<Class<?>>of(element(owner.getMethod(plain))).filter(Class::isEnum);
      } catch (NoSuchMethodException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Class<?> element(Method getter) {
    return getter.getGenericReturnType() instanceof ParameterizedType list
            && list.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : getter.getReturnType();
  }
}
