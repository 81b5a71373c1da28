package io.ecsoperator.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One object of a manifest under {@code samples/}. */
record Sample(Path file, ObjectNode object) {
  /** Relative to the module, in which the tests run. */
  static final Path FOLDER = Path.of("..", "samples").normalize();

  private static final YAMLMapper YAML = new YAMLMapper();

  private static final Set<String> COMMON =
      Set.of("managementPolicy", "deletionPolicy", "adoptionPolicy", "adoptFrom", "ignoreFields");

  private static final Map<String, Set<String>> KUBERNETES_PART =
      Map.of(
          "EcsCluster", Set.of("capacityProviderRefs"),
          "EcsCapacityProvider", Set.of("clusterRef"),
          "EcsTaskDefinition", Set.of("revisionHistoryLimit", "revisionCleanup"),
          "EcsService",
              Set.of(
                  "clusterRef",
                  "taskDefinitionRef",
                  "template",
                  "scale",
                  "dependsOn",
                  "progressDeadlineSeconds"),
          "EcsTask",
              Set.of(
                  "clusterRef",
                  "taskDefinitionRef",
                  "template",
                  "waitFor",
                  "backoffLimit",
                  "activeDeadlineSeconds",
                  "ttlSecondsAfterFinished"));

  /** Every object of every manifest below {@code folder}, in alphabetical order of the files. */
  static List<Sample> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .flatMap(file -> read(file).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Sample> read(Path file) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll().stream()
          .map(document -> new Sample(file, (ObjectNode) document))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  String apiVersion() {
    return object.path("apiVersion").asText();
  }

  String kind() {
    return object.path("kind").asText();
  }

  String name() {
    return object.path("metadata").path("name").asText();
  }

  ObjectNode spec() {
    return object.withObject("spec");
  }

  /** The spec without the members that ECS does not know. */
  ObjectNode awsPart() {
    ObjectNode awsPart = spec().deepCopy();
    awsPart.remove(COMMON);
    awsPart.remove(KUBERNETES_PART.get(kind()));
    for (JsonNode item : awsPart.path("capacityProviderStrategy")) {
      JsonNode reference = ((ObjectNode) item).remove("capacityProviderRef");
      if (reference != null) {
        ((ObjectNode) item).put("capacityProvider", reference.path("name").asText());
      }
    }
    return awsPart;
  }

  /** The names that the spec gives to the resource and to its task definition in ECS. */
  List<String> namesInEcs() {
    return Stream.of("/clusterName", "/serviceName", "/template/family")
        .map(member -> spec().at(member).asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** The names of the EcsCapacityProviders that the spec refers to. */
  List<String> capacityProviderRefs() {
    return Stream.concat(
            spec().path("capacityProviderRefs").valueStream(),
            spec()
                .path("capacityProviderStrategy")
                .valueStream()
                .map(item -> item.path("capacityProviderRef")))
        .map(reference -> reference.path("name").asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  @Override
  public String toString() {
    return FOLDER.relativize(file) + " " + kind() + "/" + name();
  }
}
