package io.ecsoperator.crdgenerator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path COMMITTED = Path.of("../crds/manifests");

  /** The chart has a copy, because it has to be whole where it is installed from its sources. */
  private static final Path CHART = Path.of("../helm/ecs-operator/files/crds");

  private static final Path REFERENCE = Path.of("../docs/reference");

  private static SequencedMap<String, String> manifests() throws IOException {
    return GenerateManifests.manifests(CommittedKinds.all());
  }

  static List<Path> folders() {
    return List.of(COMMITTED, CHART);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void theCommittedManifestsAreUpToDate(Path folder) throws IOException {
    for (var manifest : manifests().entrySet()) {
      assertThat(folder.resolve(manifest.getKey()))
          .as("%s is stale: run `make manifests` and commit what it writes", manifest.getKey())
          .hasContent(manifest.getValue());
    }
  }

  @Test
  void thePagesOfFieldsAreUpToDate() {
    var pages = GenerateManifests.pages(CommittedKinds.all());

    assertThat(pages).hasSize(CommittedKinds.all().size());
    for (var page : pages.entrySet()) {
      assertThat(REFERENCE.resolve(page.getKey()))
          .as("%s is stale: run `make manifests` and commit what it writes", page.getKey())
          .hasContent(page.getValue());
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyCommittedManifestIsGenerated(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(manifests().sequencedKeySet());
    }
  }

  @Test
  void theManifestsAreOnTheClassPath() throws IOException {
    for (String name : manifests().sequencedKeySet()) {
      try (InputStream packaged = getClass().getResourceAsStream("/crds/" + name)) {
        assertThat(new String(packaged.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(Files.readString(COMMITTED.resolve(name)));
      }
    }
  }

  @Test
  void theTextParsesToTheGeneratedDefinition() throws IOException {
    List<JsonNode> read = new ArrayList<>();
    for (String text : manifests().values()) {
      read.add(YAML.readTree(text));
    }
    assertThat(read)
        .containsExactlyInAnyOrderElementsOf(
            new CustomResourceDefinitions().of(CommittedKinds.all()));
  }

  @Test
  void aManifestFitsIntoTheAnnotationOfClientSideApply() throws IOException {
    for (var manifest : manifests().entrySet()) {
      assertThat(YAML.readTree(manifest.getValue()).toString().getBytes(StandardCharsets.UTF_8))
          .as(manifest.getKey())
          .hasSizeLessThan(262_144);
    }
  }
}
