package io.ecsoperator.operator.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** The members that ECS requires of its types, which the SDK's model does not have. */
public final class RequiredMembers {
  private final Properties byType = new Properties();

  public RequiredMembers() {
    try (InputStream file =
        RequiredMembers.class.getResourceAsStream("required-members.properties")) {
      byType.load(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> of(SdkPojo type) {
    Class<?> builder = type.getClass().getEnclosingClass();
    Class<?> named = builder == null ? type.getClass() : builder;
    String members = byType.getProperty(named.getSimpleName());
    return members == null ? List.of() : List.of(members.split(","));
  }

  /** The required members that a value of a type does not have, in all that it contains. */
  public List<String> missing(JsonNode value, SdkPojo type) {
    return missing("", value, type).toList();
  }

  private Stream<String> missing(String path, JsonNode value, SdkPojo type) {
    if (value.isArray()) {
      return value.valueStream().flatMap(item -> missing(path + "[]", item, type));
    }
    return Stream.concat(
        of(type).stream().filter(member -> !value.has(member)).map(member -> path + "." + member),
        type.sdkFields().stream()
            .filter(field -> value.has(field.locationName()))
            .flatMap(
                field ->
                    SdkModel.below(field).stream()
                        .flatMap(
                            below ->
                                missing(
                                    path + "." + field.locationName(),
                                    value.get(field.locationName()),
                                    below))));
  }

  /** Takes some of the members out that ECS does not require, but leaves no block empty. */
  void thin(JsonNode value, SdkPojo type, RandomGenerator random) {
    if (value.isArray()) {
      value.forEach(item -> thin(item, type, random));
    } else if (value instanceof ObjectNode object) {
      for (SdkField<?> field : type.sdkFields()) {
        String name = field.locationName();
        if (!object.has(name)) {
          continue;
        }
        SdkModel.below(field).ifPresent(below -> thin(object.get(name), below, random));
        if (!of(type).contains(name) && object.size() > 1 && random.nextInt(3) == 0) {
          object.remove(name);
        }
      }
    }
  }
}
