package io.ecsoperator.crds.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Partial schemas, kept as YAML, that are laid over generated ones. */
final class Fragments {
  private static final YAMLMapper YAML = new YAMLMapper();

  private Fragments() {}

  static ObjectNode read(String name) {
    try (InputStream in = Fragments.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("No fragment " + name + ".yaml on the classpath");
      }
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ".yaml", e);
    }
  }

  /**
   * Lays {@code fragment} over {@code schema}: what it says replaces what the schema says, null
   * removes it, properties and items are gone into.
   *
   * @throws IllegalArgumentException if the fragment speaks of a property that the schema lacks: it
   *     would be a rule for nothing
   */
  static void lay(ObjectNode schema, JsonNode fragment, String path) {
    fragment
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              switch (entry.getKey()) {
                case "properties" ->
                    value
                        .properties()
                        .forEach(
                            member ->
                                lay(
                                    inner(schema.path("properties"), member.getKey(), path),
                                    member.getValue(),
                                    path + "." + member.getKey()));
                case "items" -> lay(inner(schema, "items", path), value, path + "[]");
                case String name when value.isNull() -> schema.remove(name);
                case String name -> schema.set(name, value.deepCopy());
              }
            });
  }

  private static ObjectNode inner(JsonNode schema, String name, String path) {
    if (schema.get(name) instanceof ObjectNode inner) {
      return inner;
    }
    throw new IllegalArgumentException(path + " has no " + name);
  }
}
