package io.ecsoperator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server accepts the samples. */
@ExtendWith(ControlPlaneExtension.class)
class SamplesOnApiServerTest {
  /** A block of YAML with an object of the operator, and no more than one. */
  private static final Pattern MANIFEST =
      Pattern.compile("(?m)^ *```yaml\n( *apiVersion: ecs-operator\\.io/(?s:.*?))^ *```");

  private static final String KEDA = "src/test/resources/keda/crds.yaml";

  @BeforeAll
  static void applyCustomResourceDefinitions(KubernetesClient client, Kubectl kubectl) {
    CustomResourceDefinitions.apply(client);
    kubectl.run("apply", "--server-side", "--filename=" + KEDA).orThrow();
    kubectl.run("wait", "--for=condition=Established", "--filename=" + KEDA).orThrow();
  }

  @AfterAll
  static void deleteTheDefinitionsOfKeda(Kubectl kubectl) {
    kubectl.run("delete", "--filename=" + KEDA).orThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySampleIsValid(boolean serverSide, Kubectl kubectl, TestNamespace namespace) {
    String answer =
        kubectl
            .run(
                "apply",
                "--server-side=" + serverSide,
                "--dry-run=server",
                "--validate=strict",
                "--namespace=" + namespace.name(),
                "--recursive",
                "--filename=" + Sample.FOLDER)
            .orThrow();

    assertThat(Sample.below(Sample.FOLDER))
        .allSatisfy(
            sample ->
                assertThat(answer)
                    .containsPattern(
                        "(?m)^%s\\S*/%s \\S+ \\(server dry run\\)$"
                            .formatted(sample.kind().toLowerCase(Locale.ROOT), sample.name())));
  }

  @Test
  void everyManifestInTheDocumentationIsValid(Kubectl kubectl, TestNamespace namespace)
      throws IOException {
    List<String> manifests = new ArrayList<>();
    for (Path page : pages()) {
      MANIFEST
          .matcher(Files.readString(page))
          .results()
          .map(block -> block.group(1).stripIndent())
          .forEach(manifests::add);
    }

    assertThat(manifests).hasSizeGreaterThan(3);
    kubectl
        .runWithInput(
            String.join("\n---\n", manifests),
            "apply",
            "--server-side",
            "--dry-run=server",
            "--validate=strict",
            "--namespace=" + namespace.name(),
            "--filename=-")
        .orThrow();
  }

  private static List<Path> pages() throws IOException {
    Path root = Path.of("..");
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(Stream.of(root.resolve("README.md")), docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aSampleWithAMisspeltMemberIsRefused(Kubectl kubectl, TestNamespace namespace) {
    var refused =
        kubectl.runWithInput(
            """
            apiVersion: ecs-operator.io/v1alpha1
            kind: EcsCluster
            metadata:
              name: misspelt
            spec:
              clustrName: misspelt
            """,
            "apply",
            "--server-side",
            "--dry-run=server",
            "--namespace=" + namespace.name(),
            "--filename=-");

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.stderr()).contains("clustrName");
  }
}
