package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.Manifests.SAMPLES;
import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.controlplane.junit.Await;
import io.ecsoperator.localecs.calls.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

@WithOperator
class QuickstartTest {
  private static final String QUICKSTART = SAMPLES.resolve("quickstart").toString();

  private static final List<String> SERVICES_FIRST =
      List.of("quickstart/web.yaml", "quickstart/migrate.yaml", "quickstart/cluster.yaml");

  static Stream<List<String>> orders() {
    return Stream.of(SERVICES_FIRST, SERVICES_FIRST.reversed(), shuffled(1), shuffled(2));
  }

  private static List<String> shuffled(long seed) {
    List<String> files = new ArrayList<>(SERVICES_FIRST);
    Collections.shuffle(files, new Random(seed));
    return files;
  }

  @ParameterizedTest
  @MethodSource("orders")
  void anyOrderOfManifestsEndsInTheSameState(List<String> files, TestBed bed) {
    files.forEach(file -> bed.apply(Manifests.sample(file)));

    awaitAllReady(bed);
    Service web =
        bed.aws().describeServices(d -> d.cluster("demo").services("web")).services().getFirst();
    assertThat(web.runningCount()).isEqualTo(2);
    assertThat(web.deployments()).hasSize(1);
    assertThat(web.taskDefinition()).endsWith(":task-definition/web:1");
    assertThat(bed.get(task("migrate")).getStatus().observed().exitCode()).isZero();
    assertThat(bed.writesSince(0))
        .extracting(Call::operation)
        .containsExactlyInAnyOrder(
            "CreateCluster",
            "RegisterTaskDefinition",
            "RegisterTaskDefinition",
            "CreateService",
            "RunTask");
  }

  @Test
  void applyingTheSameAgainChangesNothing(TestBed bed) {
    applyAll(bed);
    awaitAllReady(bed);
    bed.awaitQuiet();
    long before = bed.ecs().calls().lastSequence();
    List<String> versions = bed.versions();
    List<String> kubernetesWrites = bed.kubernetesWrites();

    applyAll(bed);
    for (int i = 0; i < 9; i++) {
      bed.apply(Manifests.folder("quickstart"));
    }
    bed.awaitResync();

    assertThat(bed.writesSince(before)).isEmpty();
    assertThat(bed.kubernetesWrites()).isEqualTo(kubernetesWrites);
    assertThat(bed.versions()).isEqualTo(versions);
  }

  @Test
  void convergedObjectsCauseNoWrites(TestBed bed) {
    applyAll(bed);
    awaitAllReady(bed);
    bed.awaitQuiet();
    long before = bed.ecs().calls().lastSequence();
    List<String> versions = bed.versions();
    List<String> kubernetesWrites = bed.kubernetesWrites();

    for (int i = 0; i < 4; i++) {
      bed.awaitResync();
    }

    assertThat(bed.writesSince(before)).isEmpty();
    assertThat(bed.versions()).isEqualTo(versions);
    assertThat(bed.kubernetesWrites()).isEqualTo(kubernetesWrites);
  }

  @Test
  void deletingAllFilesAtOnceLeavesNothingActive(TestBed bed) {
    applyAll(bed);
    awaitAllReady(bed);

    bed.kubectl("delete", "-f", QUICKSTART);

    // Kubernetes deletes what a template described after its owner.
    Await.until("no objects", () -> bed.objects().isEmpty());
    assertNothingIsActive(bed);
  }

  @Test
  void deletingTheNamespaceLeavesNothingActive(TestBed bed) {
    // Roles in the namespace would go with it.
    bed.account().watchAllNamespaces();
    applyAll(bed);
    awaitAllReady(bed);

    bed.kubectl("delete", "namespace", bed.namespace());

    assertThat(bed.objects()).isEmpty();
    assertNothingIsActive(bed);
  }

  private static void applyAll(TestBed bed) {
    bed.kubectl("apply", "--server-side", "-f", QUICKSTART);
  }

  private static void awaitAllReady(TestBed bed) {
    bed.awaitReady(
        cluster("demo"),
        taskDefinition("web"),
        taskDefinition("migrate"),
        service("web"),
        task("migrate"));
  }

  /** The cluster is inactive; ECS deletes one only if it has no service and no task. */
  private static void assertNothingIsActive(TestBed bed) {
    Cluster demo = bed.aws().describeClusters(d -> d.clusters("demo")).clusters().getFirst();
    assertThat(demo.status()).isEqualTo("INACTIVE");
    assertThat(demo.activeServicesCount()).isZero();
    assertThat(demo.runningTasksCount()).isZero();
    assertThat(demo.pendingTasksCount()).isZero();
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
    assertThat(
            bed.aws()
                .listTaskDefinitions(l -> l.status(TaskDefinitionStatus.ACTIVE))
                .taskDefinitionArns())
        .isEmpty();
  }
}
