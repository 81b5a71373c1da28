package io.ecsoperator.e2e.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.crds.EcsResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One case of the lists under {@code crd-validation/}.
 *
 * @param was the previous spec of the object, if the case is an update
 * @param spec the spec to apply; absent if the object has none
 * @param messages messages of the API server; none if it accepts the object
 */
record ValidationCase(
    String kind,
    String it,
    String name,
    Optional<JsonNode> was,
    Optional<JsonNode> spec,
    List<String> messages) {
  private static final List<String> TABLES =
      List.of("ecscluster", "ecscapacityprovider", "ecstaskdefinition", "ecsservice", "ecstask");
  private static final Pattern REPEATED = Pattern.compile("<<(\\w+)\\*(\\d+)>>");
  private static final YAMLMapper YAML = new YAMLMapper();

  static Stream<ValidationCase> accepted() {
    return rows("accepted");
  }

  static Stream<ValidationCase> refused() {
    return rows("refused");
  }

  private static Stream<ValidationCase> rows(String outcome) {
    return TABLES.stream()
        .map(ValidationCase::table)
        .flatMap(
            table ->
                StreamSupport.stream(table.get(outcome).spliterator(), false)
                    .map(row -> of(table.get("kind").textValue(), row)));
  }

  private static JsonNode table(String name) {
    try (InputStream in =
        ValidationCase.class.getResourceAsStream("/crd-validation/" + name + ".yaml")) {
      return YAML.readTree(expand(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** {@code <<k*3>>} stands for {@code kkk}. */
  private static String expand(String table) {
    return REPEATED
        .matcher(table)
        .replaceAll(match -> match.group(1).repeat(Integer.parseInt(match.group(2))));
  }

  private static ValidationCase of(String kind, JsonNode row) {
    return new ValidationCase(
        kind,
        row.get("it").textValue(),
        row.path("name").asText("sample"),
        Optional.ofNullable(row.get("was")),
        Optional.ofNullable(row.get("spec")),
        texts(row.path("message")));
  }

  private static List<String> texts(JsonNode oneOrMore) {
    return oneOrMore.isTextual()
        ? List.of(oneOrMore.textValue())
        : StreamSupport.stream(oneOrMore.spliterator(), false).map(JsonNode::textValue).toList();
  }

  GenericKubernetesResource before() {
    return object(was);
  }

  GenericKubernetesResource object() {
    return object(spec);
  }

  private GenericKubernetesResource object(Optional<JsonNode> withSpec) {
    ObjectNode object =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", EcsResource.GROUP + "/" + EcsResource.VERSION)
            .put("kind", kind);
    object.putObject("metadata").put("name", name);
    withSpec.ifPresent(tree -> object.set("spec", tree));
    try {
      return YAML.treeToValue(object, GenericKubernetesResource.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return kind + " that " + it;
  }
}
