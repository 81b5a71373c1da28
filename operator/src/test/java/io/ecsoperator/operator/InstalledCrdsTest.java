package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.operator.engine.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstalledCrdsTest {
  private static final List<Kind<?, ?, ?>> KINDS = TestKinds.all();

  @Test
  void theOperatorStartsAtOnceWithTheDefinitionsOfItsVersion() {
    assertThat(faultsUntilStart(installed().toString())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "EcsService, /properties/status/properties, internal, ecsservices, status.internal.",
    "EcsService, /properties/status/properties, rolloutState, ecsservices, status.rolloutState",
    "EcsService, /properties/status/properties/conditions/items/properties, reason, ecsservices,"
        + " status.conditions[].reason",
    "EcsTask, /properties/status/properties/internal/properties/sentChanges/items/properties,"
        + " unansweredGeneration, ecstasks, status.internal.sentChanges[].unansweredGeneration",
    "EcsCluster, /properties, status, ecsclusters, status.observedGeneration"
  })
  void theOperatorWaitsForTheMembersThatAnOlderDefinitionLacks(
      String kind, String parent, String member, String plural, String shown) {
    ObjectNode older = installed();
    assertThat(((ObjectNode) schema(older, kind).at(parent)).remove(member)).isNotNull();

    List<String> faults = faultsUntilStart(older.toString(), installed().toString());

    assertThat(faults)
        .singleElement()
        .satisfies(
            fault ->
                assertThat(fault)
                    .contains("The CRD " + plural + ".ecs-operator.io is older", shown)
                    .contains("kubectl apply --server-side -f crds/manifests/")
                    .hasSizeLessThan(600));
  }

  @Test
  void aDefinitionWithMoreThanTheOperatorNeedsIsNotOlder() {
    ObjectNode newer = installed();
    ((ObjectNode) schema(newer, "EcsTask").at("/properties/status/properties")).putObject("later");

    assertThat(faultsUntilStart(newer.toString())).isEmpty();
  }

  @Test
  void theOperatorWaitsForADefinitionThatIsNotInstalled() {
    ObjectNode without = installed();
    ((ObjectNode) without.at("/components/schemas")).remove("EcsTask");

    assertThat(faultsUntilStart(without.toString(), installed().toString()))
        .singleElement()
        .asString()
        .startsWith("The CRD ecstasks.ecs-operator.io is not installed.");
  }

  @Test
  void theOperatorWaitsWhileNoDefinitionIsInstalled() {
    assertThat(faultsUntilStart(null, null, installed().toString()))
        .hasSize(2)
        .allSatisfy(
            fault ->
                assertThat(fault)
                    .contains(
                        KINDS.stream()
                            .map(kind -> HasMetadata.getPlural(kind.type()) + ".ecs-operator.io")
                            .toList()));
  }

  @Test
  void theOperatorStartsWithoutACheckIfTheApiServerRefusesTheDocument() {
    InstalledCrds crds =
        new InstalledCrds(
            () -> {
              throw new KubernetesClientException("forbidden");
            },
            KINDS,
            () -> {
              throw new AssertionError("It waits.");
            });

    crds.await();

    assertThat(crds.fault()).isEmpty();
  }

  /** What readiness reports at each pause, when these documents are read one after the other. */
  private static List<String> faultsUntilStart(@Nullable String... documents) {
    Deque<List<@Nullable String>> left = new ArrayDeque<>();
    Arrays.stream(documents).forEach(document -> left.add(Arrays.asList(document)));
    List<String> faults = new ArrayList<>();
    List<InstalledCrds> waiting = new ArrayList<>();
    InstalledCrds crds =
        new InstalledCrds(
            () -> left.remove().getFirst(),
            KINDS,
            () -> faults.add(waiting.getFirst().fault().orElseThrow()));
    waiting.add(crds);

    crds.await();

    assertThat(crds.fault()).isEmpty();
    assertThat(left).isEmpty();
    return faults;
  }

  /** The OpenAPI document of an API server that has the definitions of this version. */
  private static ObjectNode installed() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    KINDS.forEach(
        kind -> {
          ObjectNode schema =
              (ObjectNode) definition(kind).at("/spec/versions/0/schema/openAPIV3Schema");
          schema.putArray("x-kubernetes-group-version-kind").addObject().put("kind", kind.name());
          schemas.set(kind.name(), schema);
        });
    return document;
  }

  private static JsonNode schema(JsonNode document, String kind) {
    return document.at("/components/schemas/" + kind);
  }

  private static JsonNode definition(Kind<?, ?, ?> kind) {
    try (InputStream manifest =
        Objects.requireNonNull(
            InstalledCrdsTest.class.getResourceAsStream(
                "/crds/" + HasMetadata.getPlural(kind.type()) + ".yaml"))) {
      return new YAMLMapper().readTree(manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
