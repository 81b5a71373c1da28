package io.ecsoperator.e2e.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kubectl with the definitions, without an operator. */
@ExtendWith(ControlPlaneExtension.class)
class KubectlTest {
  private static final String SCALED =
      """
      apiVersion: ecs-operator.io/v1alpha1
      kind: EcsService
      metadata: {name: web}
      spec: {taskDefinition: web, scale: {}}
      """;

  @BeforeAll
  static void applyTheDefinitions(KubernetesClient client) {
    CustomResourceDefinitions.apply(client);
  }

  @Test
  void getsAllKindsByCategory(Kubectl kubectl, TestNamespace namespace) {
    apply(
        kubectl,
        namespace,
        """
        apiVersion: ecs-operator.io/v1alpha1
        kind: EcsCluster
        metadata: {name: demo}
        spec: {}
        ---
        apiVersion: ecs-operator.io/v1alpha1
        kind: EcsTaskDefinition
        metadata: {name: web}
        spec: {containerDefinitions: [{name: web, image: nginx, memory: 128}]}
        ---
        apiVersion: ecs-operator.io/v1alpha1
        kind: EcsTask
        metadata: {name: migrate}
        spec: {taskDefinition: migrate}
        ---
        """
            + SCALED);

    assertThat(get(kubectl, namespace, "ecs", "-o", "name").lines())
        .containsExactlyInAnyOrder(
            "ecscluster.ecs-operator.io/demo",
            "ecstaskdefinition.ecs-operator.io/web",
            "ecsservice.ecs-operator.io/web",
            "ecstask.ecs-operator.io/migrate");
    assertThat(get(kubectl, namespace, "aws", "-o", "name").lines()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "ecsc, NAME READY STATUS AGE",
    "ecstd, NAME READY STATUS REVISION AGE",
    "ecssvc, NAME READY STATUS TASKS TASKDEF AGE",
    "ecstask, NAME READY STATUS PHASE EXIT CODE AGE"
  })
  void showsTheColumnsOfAKind(
      String shortName, String columns, Kubectl kubectl, TestNamespace namespace) {
    apply(kubectl, namespace, sample(shortName));

    assertThat(get(kubectl, namespace, shortName).lines().findFirst().orElseThrow().split("\\s+"))
        .containsExactly(columns.split(" "));
    assertThat(get(kubectl, namespace, shortName, "-o", "wide")).contains("ARN", "MESSAGE");
  }

  @ParameterizedTest
  @CsvSource({"ecsc", "ecstd", "ecssvc", "ecstask"})
  void aNewObjectIsNotObserved(String shortName, Kubectl kubectl, TestNamespace namespace) {
    apply(kubectl, namespace, sample(shortName));

    assertThat(
            get(
                kubectl,
                namespace,
                shortName + "/sample",
                "-o",
                "jsonpath={.status.observedGeneration}"))
        .isEqualTo("-1");
  }

  @Test
  void explainsANestedMemberOfTheEcsApi(Kubectl kubectl) {
    String explanation =
        kubectl.run("explain", "ecsservice.spec.deploymentConfiguration").orThrow();

    assertThat(explanation.replaceAll("\\s+", " "))
        .contains(
            "How a new revision replaces the old one",
            "API_DeploymentConfiguration.html",
            "Lower limit of healthy tasks during a deployment, in percent of the desired count");
    assertThat(explanation).doesNotContain("<no description>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ecsservice.spec.template.containerDefinitions.linuxParameters.tmpfs.size | Greatest size of the file system in MiB
          ecsservice.status.failedTasks.log.group                                  | CloudWatch log group
          ecstask.spec.overrides.containerOverrides.environment                    | Name of the environment variable
          ecstaskdefinition.spec.containerDefinitions.healthCheck.interval         | Seconds
          ecscluster.spec.configuration.executeCommandConfiguration.logging        | NONE logs nothing
          ecscapacityprovider.spec.autoScalingGroupProvider.managedScaling.status  | ENABLED
          """)
  void explainsAMemberAtAnyDepth(String path, String text, Kubectl kubectl) {
    assertThat(kubectl.run("explain", path).orThrow().replaceAll("\\s+", " ")).contains(text);
  }

  @Test
  void scalesAServiceThatIsScaledFromKubernetes(Kubectl kubectl, TestNamespace namespace) {
    apply(kubectl, namespace, SCALED);
    String replicas = "jsonpath={.spec.scale.replicas}";
    assertThat(get(kubectl, namespace, "ecssvc/web", "-o", replicas)).isEmpty();

    kubectl.run("scale", "ecssvc/web", "--replicas=3", "-n", namespace.name()).orThrow();
    assertThat(get(kubectl, namespace, "ecssvc/web", "-o", replicas)).isEqualTo("3");

    apply(kubectl, namespace, SCALED);
    assertThat(get(kubectl, namespace, "ecssvc/web", "-o", replicas)).isEqualTo("3");
  }

  @Test
  void doesNotScaleAServiceWithAFixedCount(Kubectl kubectl, TestNamespace namespace) {
    apply(
        kubectl,
        namespace,
        """
        apiVersion: ecs-operator.io/v1alpha1
        kind: EcsService
        metadata: {name: web}
        spec: {taskDefinition: web, desiredCount: 2}
        """);

    CommandResult scaled =
        kubectl.run("scale", "ecssvc/web", "--replicas=3", "-n", namespace.name());

    assertThat(scaled.exitCode()).isNotZero();
    assertThat(scaled.stderr()).contains("desiredCount and scale exclude each other");
  }

  @Test
  void acceptsTheNullsThatOldConsolesExport(Kubectl kubectl, TestNamespace namespace) {
    String exported =
        """
        apiVersion: ecs-operator.io/v1alpha1
        kind: EcsTaskDefinition
        metadata: {name: web}
        spec:
          {
            "ipcMode": null,
            "pidMode": null,
            "proxyConfiguration": null,
            "placementConstraints": [],
            "containerDefinitions": [
              {
                "name": "web",
                "image": "nginx",
                "memory": 128,
                "memoryReservation": null,
                "command": null,
                "dnsServers": null,
                "linuxParameters": null,
                "portMappings": [{"containerPort": 80, "hostPort": null}]
              }
            ]
          }
        """;

    apply(kubectl, namespace, exported);
    kubectl
        .runWithInput(
            exported,
            "apply",
            "--server-side",
            "--force-conflicts",
            "-n",
            namespace.name(),
            "-f",
            "-")
        .orThrow();
    kubectl.runWithInput(exported, "replace", "-n", namespace.name(), "-f", "-").orThrow();
  }

  @Test
  void aServerSideApplyMayTakeTheLastMemberOutOfABlock(Kubectl kubectl, TestNamespace namespace) {
    serverSideApply(
        kubectl,
        namespace,
        "pipeline",
        "{name: web, image: nginx, memory: 128, linuxParameters: {initProcessEnabled: true}}");

    serverSideApply(
        kubectl,
        namespace,
        "pipeline",
        "{name: web, image: nginx, memory: 128, linuxParameters: {}}");

    assertThat(get(kubectl, namespace, "ecstd/web", "-o", "jsonpath={.spec}"))
        .doesNotContain("initProcessEnabled");
  }

  @Test
  void twoAppliersShareAContainerAndItsEnvironment(Kubectl kubectl, TestNamespace namespace) {
    serverSideApply(
        kubectl,
        namespace,
        "pipeline",
        "{name: web, image: nginx, memory: 128, environment: [{name: MODE, value: prod}]}");
    serverSideApply(
        kubectl,
        namespace,
        "tracing",
        "{name: web, image: nginx, environment: [{name: TRACE, value: \"on\"}]}");

    assertThat(
            get(
                kubectl,
                namespace,
                "ecstd/web",
                "-o",
                "jsonpath={.spec.containerDefinitions[*].environment[*].name}"))
        .isEqualTo("MODE TRACE");
  }

  private static void serverSideApply(
      Kubectl kubectl, TestNamespace namespace, String manager, String container) {
    kubectl
        .runWithInput(
            """
            apiVersion: ecs-operator.io/v1alpha1
            kind: EcsTaskDefinition
            metadata: {name: web}
            spec: {containerDefinitions: [%s]}
            """
                .formatted(container),
            "apply",
            "--server-side",
            "--field-manager=" + manager,
            "-n",
            namespace.name(),
            "-f",
            "-")
        .orThrow();
  }

  private static String sample(String shortName) {
    String kindAndSpec =
        switch (shortName) {
          case "ecsc" -> "kind: EcsCluster\nspec: {}";
          case "ecstd" ->
              "kind: EcsTaskDefinition\n"
                  + "spec: {containerDefinitions: [{name: a, image: b, memory: 128}]}";
          case "ecssvc" -> "kind: EcsService\nspec: {taskDefinition: web}";
          default -> "kind: EcsTask\nspec: {taskDefinition: web}";
        };
    return "apiVersion: ecs-operator.io/v1alpha1\nmetadata: {name: sample}\n" + kindAndSpec;
  }

  private static void apply(Kubectl kubectl, TestNamespace namespace, String manifest) {
    kubectl.runWithInput(manifest, "apply", "-n", namespace.name(), "-f", "-").orThrow();
  }

  private static String get(Kubectl kubectl, TestNamespace namespace, String... what) {
    var arguments = new ArrayList<>(List.of("get", "-n", namespace.name()));
    arguments.addAll(List.of(what));
    return kubectl.run(arguments.toArray(String[]::new)).orThrow();
  }
}
