package io.ecsoperator.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.Processes;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.ecsoperator.controlplane.process.JavaCommand;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ControlPlaneExtension.class)
class ControlPlaneTest {

  @Test
  void answersKubectlAndTheJavaClient(Kubectl kubectl, TestNamespace namespace) {
    namespace
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .endMetadata()
                .addToData("colour", "blue")
                .build())
        .create();

    assertThat(
            kubectl
                .run(
                    "get",
                    "configmap",
                    "settings",
                    "-n",
                    namespace.name(),
                    "-o",
                    "jsonpath={.data.colour}")
                .orThrow())
        .isEqualTo("blue");
  }

  @Test
  void deletesNamespacesAndCollectsDependentsOfDeletedOwners(
      KubernetesClient client, TestNamespace namespace) {
    var owner =
        namespace
            .client()
            .resource(
                new ConfigMapBuilder().withNewMetadata().withName("owner").endMetadata().build())
            .create();
    var owned =
        namespace
            .client()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("owned")
                    .addNewOwnerReference()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName("owner")
                    .withUid(owner.getMetadata().getUid())
                    .endOwnerReference()
                    .endMetadata()
                    .build())
            .create();

    namespace.client().resource(owner).delete();
    namespace.client().resource(owned).waitUntilCondition(Objects::isNull, 3, TimeUnit.MINUTES);

    client.namespaces().withName(namespace.name()).delete();
    client
        .namespaces()
        .withName(namespace.name())
        .waitUntilCondition(Objects::isNull, 3, TimeUnit.MINUTES);
  }

  @Test
  void runsBesideAnotherOneAndLeavesNothingBehind(ControlPlane shared, Kubectl kubectl) {
    Path directory;
    try (ControlPlane second = ControlPlane.start(_ -> {})) {
      directory = second.directory();
      assertThat(second.server()).isNotEqualTo(shared.server());
      second.kubectl().run("create", "namespace", "only-in-the-second").orThrow();
      assertThat(kubectl.run("get", "namespace", "only-in-the-second").exitCode()).isNotZero();
    }

    assertThat(directory).doesNotExist();
    assertThat(Processes.workIn(directory)).isFalse();
    assertThat(kubectl.run("get", "--raw=/readyz").orThrow()).isEqualTo("ok");
  }

  /** Runs in its own JVM, because a JVM cannot change its own variables. */
  static final class VersionReader {
    public static void main(String[] args) {
      try (var client = ControlPlane.clientFor(Config.autoConfigure(null))) {
        System.out.println(client.getKubernetesVersion().getGitVersion());
      }
    }
  }

  @Test
  void isReachedWithoutTheUsersProxy(ControlPlane controlPlane) throws Exception {
    String proxy = "http://127.0.0.1:9";
    var variables = new HashMap<>(controlPlane.variables());
    for (String name : List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")) {
      variables.put(name, proxy);
    }

    Process reader = JavaCommand.ofClass(VersionReader.class).forShortRun().startUnbound(variables);
    var kubectl = new Kubectl(controlPlane.kubectl().binary(), variables, Duration.ofSeconds(30));

    assertThat(reader.inputReader().readLine()).startsWith("v1.");
    assertThat(kubectl.run("get", "--raw=/readyz").orThrow()).isEqualTo("ok");
  }

  @Test
  void servesTheProjectsOwnKinds(KubernetesClient client, Kubectl kubectl) {
    CustomResourceDefinitions.apply(client);
    CustomResourceDefinitions.apply(client);

    assertThat(kubectl.run("get", "ecs", "--all-namespaces").exitCode()).isZero();
    assertThat(kubectl.run("explain", "ecsservice.spec.deploymentConfiguration").orThrow())
        .contains("minimumHealthyPercent");
  }
}
