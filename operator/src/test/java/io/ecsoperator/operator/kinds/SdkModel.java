package io.ecsoperator.operator.kinds;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.services.ecs.model.EcsRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The members of ECS's types, as the SDK's model has them. */
public final class SdkModel {
  private SdkModel() {}

  /** The request of an operation, for example {@code CreateService}. */
  public static SdkPojo request(String operation) {
    return type(operation + "Request");
  }

  /** A type of ECS, for example {@code Service}. */
  static SdkPojo type(String name) {
    try {
      Object builder =
          Class.forName(EcsRequest.class.getPackageName() + "." + name)
              .getMethod("builder")
              .invoke(null);
      return (SdkPojo) ((SdkBuilder<?, ?>) builder).build();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("ECS has no type " + name, e);
    }
  }

  /** The top-level members. */
  public static Set<String> names(SdkPojo pojo) {
    return pojo.sdkFields().stream()
        .map(SdkField::locationName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A tree that has all top-level members. */
  static ObjectNode filled(SdkPojo pojo) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    names(pojo).forEach(name -> tree.put(name, "x"));
    return tree;
  }

  static Optional<SdkField<?>> member(SdkPojo pojo, String name) {
    for (SdkField<?> field : pojo.sdkFields()) {
      if (field.locationName().equals(name)) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }

  /** The member that a pattern leads to; keys in it are open or given. */
  static Optional<SdkField<?>> find(SdkPojo pojo, String pattern) {
    SdkPojo at = pojo;
    Optional<SdkField<?>> found = Optional.empty();
    for (String name : pattern.replaceAll("\\[[^\\]]*\\]", "").split("\\.")) {
      found = member(at, name);
      if (found.isEmpty()) {
        return found;
      }
      at = below(found.get()).orElse(at);
    }
    return found;
  }

  /** The type of a structure, or of the items of a list of structures. */
  static Optional<SdkPojo> below(SdkField<?> field) {
    if (field.marshallingType() == MarshallingType.LIST) {
      return below(field.getTrait(ListTrait.class).memberFieldInfo());
    }
    return field.marshallingType() == MarshallingType.SDK_POJO
        ? Optional.of(field.constructor().get())
        : Optional.empty();
  }

  /** The patterns of all values in a type; those of maps end with <code>{}</code>. */
  static Stream<String> patterns(SdkPojo pojo) {
    return pojo.sdkFields().stream().flatMap(field -> patterns("", field));
  }

  /** The patterns of all values in a member. */
  static Stream<String> patterns(SdkField<?> field) {
    return patterns("", field);
  }

  private static Stream<String> patterns(String prefix, SdkField<?> field) {
    String pattern = prefix + field.locationName();
    if (field.marshallingType() == MarshallingType.MAP) {
      return Stream.of(pattern + "{}");
    }
    String items = field.marshallingType() == MarshallingType.LIST ? "[]." : ".";
    return below(field)
        .map(below -> below.sdkFields().stream().flatMap(f -> patterns(pattern + items, f)))
        .orElse(Stream.of(pattern));
  }
}
