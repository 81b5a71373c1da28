package io.ecsoperator.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.controlplane.ControlPlane;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.ecsoperator.controlplane.process.LocalAws;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The images of {@code make image}, run as restricted pods are. {@code make image-test} runs it;
 * the property {@code image.tag} names the images.
 */
@EnabledIfSystemProperty(
    named = "image.tag",
    matches = ".+",
    disabledReason = "`make image-test` builds the images and runs this")
@ExtendWith(ControlPlaneExtension.class)
class ImageTest {
  private static final String TAG = System.getProperty("image.tag", "");
  private static final String OPERATOR = "ecs-operator:" + TAG;
  private static final String LOCAL_ECS = "local-ecs:" + TAG;

  /** Above what docs/image.md gives as measured, because other work keeps this machine busy. */
  private static final long MOST_BYTES = 155_000_000;

  private static final double MOST_IDLE_MEBIBYTES = 170;
  private static final Duration LONGEST_START = Duration.ofSeconds(6);

  private static final String QUICKSTART = "../samples/quickstart";

  private static TestNamespace namespace;
  private static Container localEcs;
  private static Container operator;
  private static Duration untilReady;

  @BeforeAll
  static void start(ControlPlane controlPlane, TestNamespace testNamespace, @TempDir Path folder)
      throws IOException {
    CustomResourceDefinitions.apply(testNamespace.client());
    namespace = testNamespace;
    Path kubeconfig = Files.copy(controlPlane.kubeconfig(), folder.resolve("kubeconfig"));
    // The user of the image reads it.
    assertThat(folder.toFile().setExecutable(true, false)).isTrue();
    assertThat(kubeconfig.toFile().setReadable(true, false)).isTrue();

    localEcs = startLocalEcs();
    operator = startOperator(kubeconfig);
    untilReady = operator.await("/readyz").age();
  }

  private static Container startLocalEcs() {
    int port = Container.freePort();
    Container container =
        Container.start(
            port,
            List.of("--env=LOCAL_ECS_PORT=" + port, LOCAL_ECS, "--host=127.0.0.1", "--clock=x60"));
    Await.until("local-ecs is healthy", () -> container.health().equals("healthy"));
    return container;
  }

  private static Container startOperator(Path kubeconfig) {
    int port = Container.freePort();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--volume=" + kubeconfig + ":/kubeconfig:ro",
                "--env=KUBECONFIG=/kubeconfig",
                "--env=ECS_OPERATOR_HEALTH_PORT=" + port));
    LocalAws.variables("http://127.0.0.1:" + localEcs.port())
        .forEach((name, value) -> arguments.add("--env=" + name + "=" + value));
    arguments.addAll(
        List.of(
            OPERATOR,
            "--namespaces=" + namespace.name(),
            "--lease-namespace=" + namespace.name(),
            "--adopt-untagged=on",
            "--host=127.0.0.1",
            "--metrics-port=" + Container.freePort(),
            "--poll-interval=200ms"));
    return Container.start(port, arguments);
  }

  @AfterAll
  static void stop() {
    Stream.of(operator, localEcs).filter(Objects::nonNull).forEach(Container::close);
  }

  @Test
  void theOperatorStartsInTime() {
    System.err.println("Ready after " + untilReady.toMillis() + " ms");
    assertThat(untilReady).isLessThan(LONGEST_START);
  }

  @Test
  void theOperatorNeedsLittleMemoryWhenIdle() {
    Await.until(
        () -> operator.residentMebibytes() <= MOST_IDLE_MEBIBYTES,
        () -> operator.residentMebibytes() + " MiB");
    System.err.println("Resident memory: %.0f MiB".formatted(operator.residentMebibytes()));
  }

  @Test
  void theOperatorReconcilesTheQuickstart(Kubectl kubectl) {
    kubectl.run("apply", "--namespace=" + namespace.name(), "--filename=" + QUICKSTART).orThrow();

    kubectl
        .run(
            "wait",
            "--namespace=" + namespace.name(),
            "--for=condition=Ready",
            "--timeout=90s",
            "--filename=" + QUICKSTART)
        .orThrow();
  }

  @Test
  void theOperatorIsAliveAndHealthy() throws IOException {
    assertThat(operator.get("/livez").statusCode()).isEqualTo(HttpURLConnection.HTTP_OK);
    Await.until("the operator is healthy", () -> operator.health().equals("healthy"));
  }

  @Test
  void bothUseTheirAotCache() {
    assertThat(operator.mappedFiles()).contains("/app/ecs-operator/ecs-operator.aot");
    assertThat(localEcs.mappedFiles()).contains("/app/local-ecs/local-ecs.aot");
    assertThat(operator.log()).doesNotContain("AOT cache");
    assertThat(localEcs.log()).doesNotContain("AOT cache");
  }

  @Test
  void theImageOfTheOperatorIsSmall() {
    long bytes = Docker.inspect(OPERATOR).required("Size").asLong();
    System.err.println("Size of the image: " + bytes + " bytes");
    assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
  }

  @ParameterizedTest
  @MethodSource("images")
  void anImageRunsAsAUserWithoutRightsAndHasNoVariablesOfTheBuild(String image) {
    JsonNode config = Docker.inspect(image).required("Config");

    assertThat(config.required("User").asText()).isEqualTo("65532:65532");
    assertThat(config.required("Env"))
        .extracting(JsonNode::asText)
        .allMatch(v -> v.startsWith("PATH=") || v.equals("MALLOC_ARENA_MAX=2"));
  }

  @ParameterizedTest
  @MethodSource("images")
  void anImageHasLabels(String image) {
    JsonNode labels = Docker.inspect(image).required("Config").required("Labels");

    assertThat(labels.required("org.opencontainers.image.title").asText() + ":" + TAG)
        .isEqualTo(image);
    assertThat(labels.required("org.opencontainers.image.licenses").asText())
        .isEqualTo("Apache-2.0");
    assertThat(labels.required("org.opencontainers.image.version").asText()).matches("\\d+\\..*");
    assertThat(labels.required("org.opencontainers.image.revision").asText())
        .matches("[0-9a-f]{40}");
    assertThat(labels.has("org.opencontainers.image.source")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("images")
  void anImageHasNoShellNoCompilerAndNoSettingsOfTheBuild(String image) {
    List<String> files = filesOf(image);

    assertThat(files)
        .contains("opt/runtime/bin/java")
        .noneMatch(
            file -> file.matches("(.*/)?(sh|bash|busybox|javac|mvn|settings\\.xml|\\.m2/.*)"))
        .noneMatch(file -> file.matches("(src|root|home)/.+"));
  }

  private static List<String> filesOf(String image) {
    String id = Docker.run("create", "--network=none", image);
    try {
      return Docker.list("export", id);
    } finally {
      Docker.run("rm", id);
    }
  }

  static Stream<String> images() {
    return Stream.of(OPERATOR, LOCAL_ECS);
  }
}
