package io.ecsoperator.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DesiredTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void splitsTheSpecIntoKubernetesPartAndAwsPart() throws IOException {
    Desired desired =
        of(
            """
            {"family": "web", "revisionHistoryLimit": 3, "deletionPolicy": "Retain"}
            """);

    assertThat(desired.aws()).isEqualTo(MAPPER.readTree("{\"family\": \"web\"}"));
    assertThat(desired.kubernetes()).isEqualTo(MAPPER.readTree("{\"revisionHistoryLimit\": 3}"));
    assertThat(desired.policies().deletion()).isEqualTo(Policies.Deletion.RETAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "Retain, DELETE, RETAIN",
    "Delete, RETAIN, DELETE",
    ", RETAIN, RETAIN",
    ", DELETE, DELETE"
  })
  void theObjectsOwnDeletionPolicyTakesPrecedenceOverTheDefault(
      String own, Policies.Deletion fallback, Policies.Deletion expected) throws IOException {
    String spec = own == null ? "{}" : "{\"deletionPolicy\": \"" + own + "\"}";

    assertThat(Desired.of(definition(spec), Set.of(), fallback).policies().deletion())
        .isEqualTo(expected);
  }

  @Test
  void givesEcsSizesAsTextHoweverTheyAreWritten() throws IOException {
    Desired desired = of("{\"cpu\": 256, \"memory\": \"1 GB\"}");

    assertThat(desired.aws())
        .isEqualTo(MAPPER.readTree("{\"cpu\": \"256\", \"memory\": \"1 GB\"}"));
  }

  @Test
  void aSpecThatIsLargerThanEcsTakesIsAnError() throws IOException {
    Desired desired = of("{\"family\": \"" + "ü".repeat(1024) + "\", \"revisionHistoryLimit\": 3}");

    assertThat(desired.error(OptionalInt.of(2048)))
        .contains(
            "The spec takes 2061 bytes as JSON, and ECS takes at most 2 KiB: make it smaller.");
    assertThat(desired.error(OptionalInt.of(2061))).isEmpty();
    assertThat(desired.error(OptionalInt.empty())).isEmpty();
  }

  @Test
  void leavesTheObjectsOwnSpecAsItIs() throws IOException {
    EcsTaskDefinition definition = definition("{\"cpu\": 256, \"deletionPolicy\": \"Retain\"}");

    Desired.of(definition, Set.of(), Policies.Deletion.DELETE);

    assertThat(definition.getSpec())
        .isEqualTo(MAPPER.readTree("{\"cpu\": 256, \"deletionPolicy\": \"Retain\"}"));
  }

  private static Desired of(String spec) throws IOException {
    return Desired.of(definition(spec), Set.of("revisionHistoryLimit"), Policies.Deletion.DELETE);
  }

  private static EcsTaskDefinition definition(String spec) throws IOException {
    EcsTaskDefinition definition = new EcsTaskDefinition();
    definition.setMetadata(
        new ObjectMetaBuilder().withNamespace("shop").withName("web").withGeneration(1L).build());
    definition.setSpec((ObjectNode) MAPPER.readTree(spec));
    return definition;
  }
}
