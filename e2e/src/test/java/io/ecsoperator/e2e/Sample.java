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
import java.util.stream.Stream;

/** One object of a manifest under {@code samples/}. */
record Sample(Path file, ObjectNode object) {
  /** Tests run in the folder of their module. */
  static final Path FOLDER = Path.of("..", "samples").normalize();

  private static final YAMLMapper YAML = new YAMLMapper();

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

  @Override
  public String toString() {
    return FOLDER.relativize(file) + " " + kind() + "/" + name();
  }
}
