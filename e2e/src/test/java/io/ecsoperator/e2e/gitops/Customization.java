package io.ecsoperator.e2e.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The Argo CD scripts of a kind, in Argo CD's own layout. */
record Customization(String kind) {
  /** Relative to the module, in which the tests run. */
  static final Path ARGOCD = Path.of("../argocd");

  private static final String GROUP = "ecs-operator.io";
  private static final Path FOLDER = ARGOCD.resolve("resource_customizations").resolve(GROUP);

  static List<Customization> all() {
    return names(FOLDER).stream().map(Customization::new).toList();
  }

  /** The folder that paths of its tests are relative to. */
  Path folder() {
    return FOLDER.resolve(kind);
  }

  String health() {
    return text(folder().resolve("health.lua"));
  }

  String discovery() {
    return text(folder().resolve("actions/discovery.lua"));
  }

  /** The scripts of the actions, by name. */
  SortedMap<String, String> actions() {
    SortedMap<String, String> scripts = new TreeMap<>();
    for (String name : names(folder().resolve("actions"))) {
      if (!name.equals("testdata")) {
        scripts.put(name, text(folder().resolve("actions").resolve(name).resolve("action.lua")));
      }
    }
    return scripts;
  }

  /** The recorded objects, by the name of their state. */
  SortedMap<String, JsonNode> states() {
    SortedMap<String, JsonNode> states = new TreeMap<>();
    Path testdata = folder().resolve("testdata");
    try (Stream<Path> files = Files.list(testdata)) {
      files.forEach(
          file -> states.put(file.getFileName().toString().replace(".yaml", ""), yaml(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return states;
  }

  /** An object without spec and status. */
  static JsonNode bare(String kind) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("kind", kind);
    object.putObject("metadata");
    return object;
  }

  private static JsonNode yaml(Path file) {
    try {
      return new YAMLMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the folders in a folder. */
  private static List<String> names(Path folder) {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return kind;
  }
}
