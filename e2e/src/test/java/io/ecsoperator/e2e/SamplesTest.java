package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.sdkschema.SdkJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.CreateCapacityProviderRequest;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

/** Checks of the samples that need no API server. */
class SamplesTest {
  private static final Map<String, Class<? extends SdkPojo>> REQUESTS =
      Map.of(
          "EcsCluster", CreateClusterRequest.class,
          "EcsCapacityProvider", CreateCapacityProviderRequest.class,
          "EcsTaskDefinition", RegisterTaskDefinitionRequest.class,
          "EcsService", CreateServiceRequest.class,
          "EcsTask", RunTaskRequest.class);

  private static final int MOST_CHARACTERS_OF_A_LINE = 200;

  private static final Path NAMESPACES = Sample.FOLDER.resolve("namespaces");

  static List<Sample> ofEcs() {
    return Sample.below(Sample.FOLDER).stream()
        .filter(sample -> sample.apiVersion().startsWith(EcsResource.GROUP))
        .toList();
  }

  static Stream<Sample> all() {
    return Sample.below(Sample.FOLDER).stream();
  }

  @ParameterizedTest
  @MethodSource("ofEcs")
  void theAwsPartOfASpecIsTheRequestOfTheEcsApi(Sample sample) {
    ObjectNode awsPart = sample.awsPart();
    SdkJson json = new SdkJson();

    SdkPojo request = json.decode(awsPart, REQUESTS.get(sample.kind()));

    assertThat(json.encode(request)).isEqualTo(awsPart);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aSampleNamesNoNamespace(Sample sample) {
    assertThat(sample.object().path("metadata").has("namespace")).isFalse();
    assertThat(sample.name()).isNotEmpty();
  }

  /** The samples of different namespaces are applied to different ones. */
  @Test
  void noTwoSamplesHaveTheSameKindAndName() {
    assertThat(
            all()
                .filter(sample -> !sample.file().startsWith(NAMESPACES.resolve("prod.yaml")))
                .map(sample -> sample.kind() + "/" + sample.name()))
        .doesNotHaveDuplicates();
  }

  @Test
  void samplesOfTwoNamespacesHaveOtherNamesInEcs() {
    assertThat(Sample.below(NAMESPACES).stream().map(Sample::namesInEcs).toList())
        .doesNotHaveDuplicates()
        .doesNotContain(List.of());
  }

  @Test
  void everySampleExplainsItselfInALineAtItsTop() throws IOException {
    for (Sample sample : Sample.below(Sample.FOLDER)) {
      assertThat(Files.readAllLines(sample.file()).getFirst())
          .as("%s", sample)
          .matches("# [A-Z].*\\.")
          .hasSizeLessThan(MOST_CHARACTERS_OF_A_LINE);
    }
  }

  @Test
  void everyReferenceNamesAnotherSample() {
    Set<String> names =
        ofEcs().stream()
            .map(sample -> sample.kind() + "/" + sample.name())
            .collect(Collectors.toSet());

    for (Sample sample : ofEcs()) {
      var cluster = sample.spec().path("clusterRef");
      var definition = sample.spec().path("taskDefinitionRef");
      if (!cluster.isMissingNode()) {
        assertThat(names).as("%s", sample).contains("EcsCluster/" + cluster.path("name").asText());
      }
      if (!definition.isMissingNode()) {
        assertThat(names)
            .as("%s", sample)
            .contains("EcsTaskDefinition/" + definition.path("name").asText());
      }
      assertThat(names)
          .as("%s", sample)
          .containsAll(
              sample.capacityProviderRefs().stream()
                  .map(name -> "EcsCapacityProvider/" + name)
                  .toList());
    }
  }

  @Test
  void theQuickstartHasOneObjectPerFile() {
    List<Sample> quickstart = Sample.below(Sample.FOLDER.resolve("quickstart"));

    assertThat(quickstart).extracting(Sample::file).doesNotHaveDuplicates();
    assertThat(quickstart)
        .extracting(sample -> sample.kind() + "/" + sample.name())
        .containsExactlyInAnyOrder("EcsCluster/demo", "EcsService/web", "EcsTask/migrate");
  }

  @Test
  void thereAreFifteenTaskDefinitions() {
    assertThat(Sample.below(Sample.FOLDER.resolve("task-definitions")))
        .hasSize(15)
        .allSatisfy(sample -> assertThat(sample.kind()).isEqualTo("EcsTaskDefinition"));
  }
}
