package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ecsoperator.controlplane.CommandResult;
import io.ecsoperator.controlplane.CustomResourceDefinitions;
import io.ecsoperator.controlplane.Helm;
import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.crds.cluster.EcsCluster;
import io.ecsoperator.e2e.chart.Chart;
import io.ecsoperator.localecs.script.ContainerScript;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real Helm: a chart that holds objects of the operator, and the operator's own chart. */
@WithOperator
class HelmTest {
  /** A chart with a cluster and a service, as users have. */
  private static final Path SHOP = Path.of("src/test/charts/shop").toAbsolutePath();

  /** Far more than the test needs, so that a wait that ends by it is noticed. */
  private static final String LIMIT = "--timeout=100s";

  @Test
  void helmWaitsForReadyAndReportsWhyAnUpgradeFails(TestBed bed, Helm helm) {
    succeeds(helm(bed, helm, "install", "shop", SHOP.toString(), "--wait", LIMIT));
    assertThat(Conditions.isTrue(bed.get(service("web")), "Ready")).isTrue();

    bed.ecs()
        .scripts()
        .forImage(
            "example.com/web:2",
            ContainerScript.cannotBePulled("CannotPullContainerError: no such image"));
    CommandResult upgrade =
        helm(bed, helm, "upgrade", "shop", SHOP.toString(), "--set=tag=2", "--wait", LIMIT);
    assertThat(upgrade.exitCode()).as(upgrade.stdout()).isNotZero();
    assertThat(upgrade.stderr())
        .contains("CannotPullContainerError: no such image")
        .doesNotContain("deadline exceeded");

    succeeds(helm(bed, helm, "rollback", "shop", "1", "--wait", LIMIT));
    assertThat(Conditions.isTrue(bed.get(service("web")), "Ready")).isTrue();
    assertThat(bed.get(service("web")).getSpec().at("/template/containerDefinitions/0/image"))
        .hasToString("\"example.com/web:1\"");
  }

  @Test
  void upgradingFromTheLastReleaseAndInstallingAnewWriteNothingToEcs(
      TestBed bed, Helm helm, @TempDir Path temporary) throws Exception {
    bed.stopOperator();
    install(bed, helm, lastRelease(temporary));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    // The operator of the last release is not here: the present one needs the present CRDs.
    waitsForThePresentDefinitions(bed);
    bed.kubectl("replace", "--dry-run=server", "-f", stored(bed, temporary).toString());
    bed.startOperator(TestBed.REGION);
    bed.awaitReady(cluster("demo"), service("app"));
    bed.awaitQuiet();
    long before = bed.ecs().calls().lastSequence();

    bed.stopOperator();
    succeeds(
        helm(
            bed,
            helm,
            "upgrade",
            Chart.RELEASE,
            Chart.FOLDER.toString(),
            "--reset-then-reuse-values",
            "--force-conflicts"));
    bed.startOperator(TestBed.REGION);
    bed.awaitResync();
    assertThat(Conditions.isTrue(bed.get(service("app")), "Ready")).isTrue();
    assertThat(bed.writesSince(before)).as("writes after the upgrade").isEmpty();

    bed.stopOperator();
    succeeds(helm(bed, helm, "uninstall", Chart.RELEASE));

    assertThat(bed.objects()).hasSize(3);

    install(bed, helm, Chart.FOLDER);
    bed.startOperator(TestBed.REGION);
    bed.awaitResync();
    assertThat(Conditions.isTrue(bed.get(service("app")), "Ready")).isTrue();
    assertThat(bed.writesSince(before)).isEmpty();

    succeeds(helm(bed, helm, "uninstall", Chart.RELEASE));
  }

  private static void waitsForThePresentDefinitions(TestBed bed) throws InterruptedException {
    try (OperatorProcess operator = OperatorProcess.forShortRun(bed, "early")) {
      Await.until(
          "readiness names the definition",
          () -> operator.page("/readyz").contains("ecsservices.ecs-operator.io is older"));
      assertThat(operator.page("/readyz"))
          .contains(
              "status.internal.sentChanges[].unansweredGeneration",
              "kubectl apply --server-side -f crds/manifests/");
      assertThat(operator.probe("/livez")).isEqualTo(200);

      CustomResourceDefinitions.apply(bed.kubernetes());

      operator.awaitReady();
      assertThat(operator.log())
          .noneSatisfy(line -> assertThat(line).containsAnyOf("ERROR", "Exception", "\tat "));
      // It may see some of the definitions before the others, and says so.
      assertThat(
              operator.log().stream()
                  .filter(line -> line.contains(" WARN  InstalledCrds "))
                  .map(line -> line.substring(line.indexOf(" WARN ")))
                  .toList())
          .isNotEmpty()
          .doesNotHaveDuplicates();
      operator.stop();
    }
  }

  /** The chart of the last release, together with its CRDs. */
  private static Path lastRelease(Path temporary) throws IOException {
    Path chart = temporary.resolve("ecs-operator");
    copy(Path.of("..", "helm", "released", "ecs-operator"), chart);
    copy(Path.of("..", "crds", "released"), chart.resolve("files").resolve("crds"));
    return chart;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied);
        }
      }
    }
  }

  /** The objects as the API server has them. */
  private static Path stored(TestBed bed, Path temporary) throws IOException {
    return Files.writeString(
        temporary.resolve("stored.yaml"), bed.kubectl("get", "ecs", "-o", "yaml"));
  }

  /** Installs the operator's chart; the operator of the test runs in place of its pods. */
  private static void install(TestBed bed, Helm helm, Path chart) {
    succeeds(
        helm(
            bed,
            helm,
            "install",
            Chart.RELEASE,
            chart.toString(),
            // The tests installed the CRDs, the account and its roles before.
            "--take-ownership",
            "--force-conflicts",
            "--set-json=watch.namespaces=[\"" + bed.namespace() + "\"]",
            "--set=ownerId=" + TestBed.OWNER,
            "--set=rbac.aggregate=false",
            "--set=crds.guard=false",
            "--set=image.pullPolicy=Never"));
    bed.account().renew();
  }

  private static CommandResult helm(TestBed bed, Helm helm, String... arguments) {
    return helm.run(
        Stream.concat(Stream.of(arguments), Stream.of("--namespace", bed.namespace()))
            .toArray(String[]::new));
  }

  private static void succeeds(CommandResult result) {
    assertThat(result.exitCode()).as(result.stderr() + result.stdout()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kube-system"})
  void anOperatorForANamespaceReadsNoOtherNamespace(String other, TestBed bed) {
    KubernetesClient operator = bed.operatorClient();

    assertThat(operator.resources(EcsCluster.class).inNamespace(bed.namespace()).list().getItems())
        .isEmpty();
    assertThatThrownBy(() -> operator.resources(EcsCluster.class).inNamespace(other).list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    assertThatThrownBy(() -> operator.resources(EcsCluster.class).inAnyNamespace().list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
    assertThatThrownBy(() -> operator.secrets().inNamespace(bed.namespace()).list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("forbidden");
  }
}
