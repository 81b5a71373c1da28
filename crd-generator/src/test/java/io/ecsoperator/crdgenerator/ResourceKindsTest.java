package io.ecsoperator.crdgenerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ecsoperator.crdgenerator.madeup.EcsAttributes;
import io.ecsoperator.crdgenerator.madeup.EcsAttributesStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.PutAttributesRequest;
import software.amazon.awssdk.services.ecs.model.PutAttributesResponse;

class ResourceKindsTest {
  private static final Path SOURCES = Path.of("src/test/java");
  private static final Fragment MADE_UP_KIND =
      new Fragment(SOURCES, "io/ecsoperator/crdgenerator/madeup/EcsAttributes.yaml");
  private static final Fragment CLUSTER =
      new Fragment(Path.of("../crds/src/main/java"), "io/ecsoperator/crds/cluster/EcsCluster.yaml");

  private record Fragment(Path sources, String path) {}

  @Test
  void findsAKindByItsFragmentAlone() throws IOException {
    assertThat(ResourceKinds.in(SOURCES))
        .singleElement()
        .satisfies(
            kind -> {
              assertThat(kind.resource()).isEqualTo(EcsAttributes.class);
              assertThat(kind.status()).isEqualTo(EcsAttributesStatus.class);
              assertThat(kind.request()).isInstanceOf(PutAttributesRequest.class);
              assertThat(kind.described()).isInstanceOf(PutAttributesResponse.class);
              assertThat(kind.setByOperator()).containsExactly("cluster");
            });
  }

  @Test
  void aKindNeedsNoFilesBesidesItsFolderAndItsManifest() throws IOException {
    List<ResourceKind> kinds = new ArrayList<>(CommittedKinds.all());
    var before = GenerateManifests.manifests(kinds);
    kinds.addAll(ResourceKinds.in(SOURCES));

    var manifests = GenerateManifests.manifests(kinds);

    assertThat(manifests).containsAllEntriesOf(before).hasSize(before.size() + 1);
    JsonNode definition = new YAMLMapper().readTree(manifests.get("ecsattributes.yaml"));
    JsonNode object = definition.at("/spec/versions/0/schema/openAPIV3Schema/properties");
    assertThat(definition.at("/spec/names/kind").textValue()).isEqualTo("EcsAttributes");
    assertThat(object.at("/spec/properties/attributes/maxItems").intValue()).isEqualTo(10);
    assertThat(object.at("/spec/properties/attributes/items/required/0").textValue())
        .isEqualTo("name");
    assertThat(object.at("/spec/properties/cluster/description").textValue())
        .isEqualTo("Set by the operator; refused here.");
    assertThat(object.at("/status/properties/count/type").textValue()).isEqualTo("integer");
  }

  @Test
  void aTypeThatTheRequestDoesNotUseIsRefused(@TempDir Path folder) throws IOException {
    var kinds = ResourceKinds.in(changed(MADE_UP_KIND, "  Attribute:", "  Tag:", folder));

    assertThatThrownBy(() -> GenerateManifests.manifests(kinds))
        .hasMessage(
            "The fragment of EcsAttributes describes Tag, which PutAttributesRequest does not use");
  }

  @Test
  void aTypeThatIsDescribedTwiceIsRefused(@TempDir Path folder) throws IOException {
    var kinds = ResourceKinds.in(changed(CLUSTER, "  ClusterConfiguration:", "  Tag:", folder));

    assertThatThrownBy(() -> GenerateManifests.manifests(kinds))
        .hasMessage(
            "Tag is described in the fragment of EcsCluster and in aws-types.yaml: keep one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          request: PutAttributesRequest | request: PutAttribute  | EcsAttributes.yaml: request is PutAttribute, but the SDK has no type software.amazon.awssdk.services.ecs.model.PutAttribute
          request: PutAttributesRequest | #                      | EcsAttributes.yaml has no request: name a type of the SDK
          columns:                      | colums:                | EcsAttributes.yaml has unknown members: [colums]
          """)
  void aMistakeInAFragmentIsReportedWithTheFileName(
      String text, String mistake, String message, @TempDir Path folder) throws IOException {
    Path sources = changed(MADE_UP_KIND, text, mistake, folder);

    assertThatThrownBy(() -> ResourceKinds.in(sources))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aFragmentWithoutAJavaTypeIsReported(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("EcsNothing.yaml"), "request: RunTaskRequest\n");

    assertThatThrownBy(() -> ResourceKinds.in(folder))
        .hasMessage(
            "EcsNothing.yaml needs the class EcsNothing beside it, which extends EcsResource");
  }

  /** A source folder with a copy of a kind's fragment, in which {@code text} is replaced. */
  private static Path changed(Fragment fragment, String text, String replacement, Path folder)
      throws IOException {
    String content = Files.readString(fragment.sources().resolve(fragment.path()));
    assertThat(content).contains(text);
    Path copy = folder.resolve(fragment.path());
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, content.replace(text, replacement));
    return folder;
  }
}
