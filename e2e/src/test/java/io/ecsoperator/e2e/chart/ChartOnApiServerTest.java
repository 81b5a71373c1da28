package io.ecsoperator.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Helm;
import io.ecsoperator.controlplane.Kubectl;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.controlplane.junit.ControlPlaneExtension;
import io.ecsoperator.controlplane.junit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server says about the manifests of the chart. */
@ExtendWith(ControlPlaneExtension.class)
class ChartOnApiServerTest {
  /** Switches on what is off by default. */
  private static final String[] ALL =
      Stream.of(
              "demo.enabled=true",
              "networkPolicy={'enabled':true,'metricsFrom':[{'namespaceSelector':{}}]}",
              "aws={'podIdentity':true,'region':'us-east-1'}",
              "serviceAccount.roleArn='arn:aws:iam::111122223333:role/ecs-operator'",
              "metrics.serviceMonitor.enabled=true",
              "metrics.rules.enabled=true",
              "metrics.dashboard.enabled=true",
              "imagePullSecrets=['registry']",
              "priorityClassName='system-cluster-critical'",
              "nodeSelector={'kubernetes.io/os':'linux'}",
              "tolerations=[{'key':'dedicated','operator':'Exists'}]",
              "affinity={'nodeAffinity':{}}",
              "podAnnotations={'a':'1'}",
              "podLabels={'b':'2'}",
              "commonLabels={'team':'platform'}",
              "extraEnv=[{'name':'AWS_PROFILE','value':'x'}]",
              "extraArgs=['--threads=8']",
              "extraVolumes=[{'name':'aws','emptyDir':{}}]",
              "extraVolumeMounts=[{'name':'aws','mountPath':'/aws'}]",
              "quotas.categories={'service-modify':'100/10'}")
          .map(value -> value.replace('\'', '"'))
          .toArray(String[]::new);

  private static final String[] DEFAULTS = {};

  private static Chart chart;

  @BeforeAll
  static void applyTheDefinitions(Helm helm, Kubectl kubectl, KubernetesClient client) {
    chart = new Chart(helm);
    CustomResourceDefinitions.apply(client);
    kubectl
        .run("apply", "--server-side", "-f", "src/test/resources/prometheus-operator/crds.yaml")
        .orThrow();
    kubectl
        .run(
            "wait",
            "--for=condition=Established",
            "-f",
            "src/test/resources/prometheus-operator/crds.yaml")
        .orThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyManifestIsAccepted(boolean all, Kubectl kubectl, TestNamespace namespace) {
    String manifests = chart.manifests(namespace.name(), all ? ALL : DEFAULTS);

    CommandResult result =
        kubectl.runWithInput(
            manifests,
            "apply",
            "--server-side",
            "--force-conflicts",
            "--dry-run=server",
            "--validate=strict",
            "-f",
            "-");

    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stdout().lines()).hasSameSizeAs(Chart.parse(manifests));
    assertThat(result.stderr()).isEmpty();
  }

  @Test
  void thePodsKeepTheRestrictedProfile(Kubectl kubectl, TestNamespace namespace) {
    kubectl
        .run(
            "label", "namespace", namespace.name(), "pod-security.kubernetes.io/enforce=restricted")
        .orThrow();
    List<JsonNode> deployments =
        Chart.ofKind("Deployment", chart.objects(namespace.name(), "demo.enabled=true"));

    assertThat(deployments).hasSize(2);
    for (JsonNode deployment : deployments) {
      ObjectNode pod = (ObjectNode) deployment.at("/spec/template");
      assertThat(create(pod, kubectl, namespace).exitCode())
          .as(create(pod, kubectl, namespace).stderr())
          .isZero();

      ((ObjectNode) pod.at("/spec/containers/0")).remove("securityContext");
      assertThat(create(pod, kubectl, namespace).stderr())
          .contains("violates PodSecurity \"restricted:latest\"");
    }
  }

  private static CommandResult create(
      ObjectNode template, Kubectl kubectl, TestNamespace namespace) {
    ObjectNode pod = template.deepCopy();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ((ObjectNode) pod.path("metadata")).put("name", "pod");
    return kubectl.runWithInput(
        Chart.yaml(pod), "-n", namespace.name(), "create", "--dry-run=server", "-f", "-");
  }

  @Test
  void anInstallationForAllNamespacesMayReadObjectsEverywhereAndLittleElse(
      Kubectl kubectl, TestNamespace namespace) {
    String roles =
        chart.objects(namespace.name(), "fullnameOverride=\"" + namespace.name() + "\"").stream()
            .filter(object -> object.path("kind").asText().matches(".*Role(Binding)?"))
            .map(Chart::yaml)
            .collect(Collectors.joining());
    String account = "system:serviceaccount:" + namespace.name() + ":" + namespace.name();
    kubectl.runWithInput(roles, "apply", "-f", "-").orThrow();
    try {
      Await.until(
          "the rights are in force",
          () ->
              may(kubectl, account, "list", "ecsservices", "--all-namespaces")
                  && reads(kubectl, account, "kube-system"));
      assertThat(may(kubectl, account, "patch", "ecstasks", "--subresource=status")).isTrue();
      assertThat(may(kubectl, account, "create", "events")).isTrue();

      assertThat(reads(kubectl, account, "default")).isFalse();
      assertThat(may(kubectl, account, "update", "ecsservices")).isFalse();
      assertThat(may(kubectl, account, "get", "secrets")).isFalse();
      assertThat(may(kubectl, account, "get", "lease/other", "-n", namespace.name())).isFalse();
      assertThat(may(kubectl, account, "get", "lease/" + namespace.name(), "-n", "default"))
          .isFalse();
    } finally {
      kubectl.runWithInput(roles, "delete", "-f", "-").orThrow();
    }
  }

  /** Whether the account may read the namespace itself. */
  private static boolean reads(Kubectl kubectl, String account, String namespace) {
    return kubectl.run("get", "namespace", namespace, "--as=" + account).exitCode() == 0;
  }

  private static boolean may(Kubectl kubectl, String account, String... question) {
    return kubectl
            .run(
                Stream.concat(Stream.of("auth", "can-i", "--as=" + account), Stream.of(question))
                    .toArray(String[]::new))
            .exitCode()
        == 0;
  }

  @Test
  void theGuardRefusesTheDeletionOfACrd(Kubectl kubectl, Helm helm, TestNamespace namespace) {
    String crd = "crd/ecsclusters.ecs-operator.io";
    String guard = guard(chart.objects(namespace.name()));
    kubectl.runWithInput(guard, "apply", "-f", "-").orThrow();
    try {
      Await.until("the guard is in force", () -> delete(crd, kubectl).exitCode() != 0);
      assertThat(delete(crd, kubectl).stderr())
          .contains(
              "Deleting this CRD deletes all EcsCluster objects and, unless their deletionPolicy is"
                  + " Retain, what they stand for in ECS.",
              "kubectl annotate crd ecsclusters.ecs-operator.io"
                  + " ecs-operator.io/allow-deletion=true");
      assertThat(delete("crd/prometheusrules.monitoring.coreos.com", kubectl).exitCode()).isZero();

      kubectl.run("annotate", crd, "ecs-operator.io/allow-deletion=true").orThrow();
      delete(crd, kubectl).orThrow();
      kubectl.run("annotate", crd, "ecs-operator.io/allow-deletion-").orThrow();

      kubectl.runWithInput(withoutGuard(helm, namespace), "apply", "-f", "-").orThrow();
      Await.until("the guard only warns", () -> delete(crd, kubectl).exitCode() == 0);
      assertThat(delete(crd, kubectl).stderr())
          .contains("Deleting this CRD deletes all EcsCluster");
    } finally {
      kubectl.run("annotate", crd, "ecs-operator.io/allow-deletion-").orThrow();
      kubectl.runWithInput(guard, "delete", "-f", "-").orThrow();
    }
    assertThat(withoutGuard(helm, namespace)).isEmpty();
  }

  /** What the chart applies of the guard when its value turns it off. */
  private static String withoutGuard(Helm helm, TestNamespace namespace) {
    String manifests =
        helm.run(
                "template",
                Chart.RELEASE,
                Chart.FOLDER.toString(),
                "--namespace",
                namespace.name(),
                "--dry-run=server",
                "--take-ownership",
                "--set=crds.guard=false")
            .orThrow();
    return guard(Chart.parse(manifests));
  }

  private static String guard(List<JsonNode> objects) {
    return objects.stream()
        .filter(object -> object.at("/metadata/name").asText().equals("ecs-operator-crd-guard"))
        .map(Chart::yaml)
        .collect(Collectors.joining());
  }

  private static CommandResult delete(String crd, Kubectl kubectl) {
    return kubectl.run("delete", crd, "--dry-run=server");
  }
}
