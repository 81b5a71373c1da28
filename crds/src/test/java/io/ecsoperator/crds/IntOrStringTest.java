package io.ecsoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntOrStringTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"cpu": 256, "memory": 512}       | {"cpu": "256", "memory": "512"}
          {"cpu": "1 vCPU"}                 | {"cpu": "1 vCPU"}
          {"overrides": {"memory": 1024}}   | {"overrides": {"memory": "1024"}}
          {"overrides": {"cpu": 512}}       | {"overrides": {"cpu": "512"}}
          {"overrides": {}}                 | {"overrides": {}}
          {}                                | {}
          {"containers": [{"cpu": 256}]}    | {"containers": [{"cpu": 256}]}
          """)
  void turnsTheNumbersOfATasksSizeIntoText(String spec, String expected)
      throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = (ObjectNode) mapper.readTree(spec);

    IntOrString.toText(tree);

    assertThat(tree).isEqualTo(mapper.readTree(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "ecstaskdefinitions, /properties/cpu, /cpu",
    "ecstaskdefinitions, /properties/memory, /memory",
    "ecstasks, /properties/overrides/properties/cpu, /overrides/cpu",
    "ecstasks, /properties/overrides/properties/memory, /overrides/memory"
  })
  void theseAreTheMembersThatTheSchemaLeavesOpen(String plural, String schema, String member)
      throws IOException {
    JsonNode definition =
        new YAMLMapper().readTree(Path.of("manifests", plural + ".yaml").toFile());
    JsonNode spec = definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    assertThat(spec.at(schema + "/x-kubernetes-int-or-string").asBoolean()).isTrue();

    ObjectNode tree = new ObjectMapper().createObjectNode();
    ObjectNode parent = member.startsWith("/overrides") ? tree.putObject("overrides") : tree;
    parent.put(member.substring(member.lastIndexOf('/') + 1), 1);
    IntOrString.toText(tree);

    assertThat(tree.at(member).isTextual()).isTrue();
  }
}
