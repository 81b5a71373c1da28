package io.ecsoperator.crdgenerator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Partial schemas, kept as YAML, that are laid over generated ones. */
final class Fragments {
  private static final YAMLMapper YAML = new YAMLMapper();

  private Fragments() {}

  /** The fragment in {@code file}. */
  static ObjectNode read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** The fragment {@code <name>.yaml} beside this class, which is not of one kind. */
  static ObjectNode shared(String name) {
    try (InputStream in = Fragments.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("No fragment " + name + ".yaml on the class path");
      }
      return (ObjectNode) YAML.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ".yaml", e);
    }
  }

  /**
   * Lays {@code fragment} over {@code schema}: its members replace those of the schema, null
   * removes a member, {@code properties} and {@code items} are merged member by member. What is
   * under {@code kubernetes} are properties that the request does not have.
   *
   * @throws IllegalArgumentException if the fragment names a property that the schema lacks: its
   *     rules would have no effect; or if the request has a property under {@code kubernetes}
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
                case "kubernetes" ->
                    value.properties().forEach(member -> add(schema, member, path));
                case String name when value.isNull() -> schema.remove(name);
                case String name -> schema.set(name, value.deepCopy());
              }
            });
  }

  private static void add(ObjectNode schema, Map.Entry<String, JsonNode> member, String path) {
    ObjectNode properties = (ObjectNode) schema.get("properties");
    if (properties.has(member.getKey())) {
      throw new IllegalArgumentException(
          path + "." + member.getKey() + " is a member of the ECS API and of the Kubernetes part");
    }
    properties.set(member.getKey(), member.getValue().deepCopy());
  }

  private static ObjectNode inner(JsonNode schema, String name, String path) {
    if (schema.get(name) instanceof ObjectNode inner) {
      return inner;
    }
    throw new IllegalArgumentException(path + " has no " + name);
  }
}
