package io.ecsoperator.e2e.chart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The chart, as Helm renders it. */
public record Chart(Helm helm) {
  /** The folder of the chart. */
  public static final Path FOLDER = Path.of("../helm/ecs-operator").toAbsolutePath().normalize();

  /** The name of the release, and so of its objects. */
  public static final String RELEASE = "ecs-operator";

  private static final YAMLMapper YAML = new YAMLMapper();

  /** The manifests of a release in {@code namespace}; each value is {@code path=value}. */
  public String manifests(String namespace, String... values) {
    return render(namespace, values).orThrow();
  }

  CommandResult render(String namespace, String... values) {
    return render(FOLDER, namespace, values);
  }

  CommandResult render(Path folder, String namespace, String... values) {
    return helm.run(
        Stream.concat(
                Stream.of("template", RELEASE, folder.toString(), "--namespace", namespace),
                Stream.of(values).map(value -> "--set-json=" + value))
            .toArray(String[]::new));
  }

  List<JsonNode> objects(String namespace, String... values) {
    return parse(manifests(namespace, values));
  }

  /** The objects in a text of several YAML documents. */
  static List<JsonNode> parse(String manifests) {
    List<JsonNode> objects = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(manifests);
        var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(parser)) {
      documents.forEachRemaining(objects::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    objects.removeIf(object -> !object.isObject());
    return objects;
  }

  static String yaml(JsonNode object) {
    try {
      return YAML.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> ofKind(String kind, List<JsonNode> objects) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
  }
}
