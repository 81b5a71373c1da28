package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.EcsResource;
import io.ecsoperator.crds.FieldDifference;
import io.ecsoperator.crds.PlannedAction;
import io.ecsoperator.localecs.calls.Call;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Pause, and the management policies Plan and Observe. */
@WithOperator
class ManagementTest {
  private static final String PAUSED = "ecs-operator.io/paused=true";

  @Test
  void aPausedObjectReportsDriftAndWritesNothing(TestBed bed) {
    running(bed);
    bed.annotate(service("app"), PAUSED);
    bed.awaitTrue(service("app"), "Paused", "PauseRequested");
    long before = bed.ecs().calls().lastSequence();

    bed.patchSpec(service("app"), "desiredCount: 3");

    bed.awaitTrue(service("app"), "Drifted", "ChangesPending");
    assertThat(plan(bed, service("app")))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.operation()).isEqualTo("UpdateService");
              assertThat(call.changes())
                  .singleElement()
                  .satisfies(
                      change -> {
                        assertThat(change.path()).isEqualTo("desiredCount");
                        assertThat(change.from().asInt()).isEqualTo(1);
                        assertThat(change.to().asInt()).isEqualTo(3);
                      });
            });
    bed.awaitResync();
    assertThat(bed.writesSince(before)).isEmpty();

    bed.annotate(service("app"), "ecs-operator.io/paused-");
    bed.awaitReady(service("app"));
    assertThat(bed.get(service("app")).getStatus().observed().runningCount()).isEqualTo(3);
    assertThat(bed.condition(service("app"), "Paused")).isEmpty();
    assertThat(bed.get(service("app")).getStatus().common().plan()).isNull();
  }

  @Test
  void theOperatorsDefaultRetainsAndAnObjectsOwnPolicyTakesPrecedence(TestBed bed) {
    bed.restartRetaining();
    bed.apply(Manifests.cluster("kept"), Manifests.cluster("deleted", "deletionPolicy: Delete"));
    bed.awaitReady(cluster("kept"), cluster("deleted"));
    long before = bed.ecs().calls().lastSequence();

    bed.delete(cluster("kept"));
    bed.delete(cluster("deleted"));

    bed.awaitGone(cluster("kept"));
    bed.awaitGone(cluster("deleted"));
    assertThat(bed.writesSince(before))
        .extracting(Call::operation)
        .containsExactlyInAnyOrder("UntagResource", "DeleteCluster");
    assertThat(bed.aws().listClusters().clusterArns())
        .singleElement()
        .asString()
        .endsWith("cluster/kept");
  }

  @Test
  void driftDuringAPauseIsReported(TestBed bed) {
    running(bed);
    bed.annotate(service("app"), PAUSED);
    bed.awaitTrue(service("app"), "Paused", "PauseRequested");

    bed.aws().updateService(u -> u.cluster("demo").service("app").desiredCount(0));

    bed.awaitTrue(service("app"), "Drifted", "ChangesPending");
  }

  @Test
  void aPausedObjectCanBeDeleted(TestBed bed) {
    running(bed);
    for (ObjectRef<?> object : List.of(service("app"), taskDefinition("app"), cluster("demo"))) {
      bed.annotate(object, PAUSED);
    }

    bed.kubectl("delete", "ecs", "--all");

    assertThat(bed.objects()).isEmpty();
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
    assertThat(bed.aws().listTaskDefinitions().taskDefinitionArns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Plan, Planned, ChangesPending", "Observe, Reconciling, NotFound"})
  void planAndObserveWriteNothingAndShowThePlan(
      String policy, String condition, String reason, TestBed bed) {
    bed.apply(
        Manifests.cluster("demo", "managementPolicy: " + policy),
        Manifests.taskDefinition("app", "example.com/app:1", "managementPolicy: " + policy));

    bed.awaitTrue(cluster("demo"), condition, reason);
    bed.awaitTrue(taskDefinition("app"), condition, reason);

    assertThat(plan(bed, cluster("demo")))
        .extracting(PlannedAction::operation)
        .containsExactly("CreateCluster");
    assertThat(plan(bed, taskDefinition("app")))
        .extracting(PlannedAction::operation)
        .containsExactly("RegisterTaskDefinition");
    assertThat(bed.objects())
        .allSatisfy(
            object -> {
              assertThat(object.getMetadata().getFinalizers()).isEmpty();
              assertThat(Conditions.condition(object, "Ready")).isEmpty();
              assertThat(Conditions.condition(object, "Drifted").orElseThrow().status())
                  .isEqualTo("True");
            });
    bed.kubectl("delete", "ecs", "--all");
    assertThat(bed.writesSince(0)).isEmpty();
  }

  @Test
  void aWholeStackUnderPlanShowsEachOfItsCalls(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo", "managementPolicy: Plan"),
        Manifests.object(
            "EcsService",
            "app",
            "managementPolicy: Plan",
            "clusterRef: {name: demo}",
            "template: {containerDefinitions: [{name: app, image: app, memory: 64}]}"));

    bed.awaitTrue(service("app"), "Planned", "ChangesPending");
    assertThat(plan(bed, service("app")))
        .extracting(PlannedAction::operation)
        .containsExactly("CreateService");
    assertThat(plan(bed, taskDefinition("app")))
        .extracting(PlannedAction::operation)
        .containsExactly("RegisterTaskDefinition");
    assertThat(bed.writesSince(0)).isEmpty();
  }

  @Test
  void manageExecutesThePlan(TestBed bed) {
    bed.apply(Manifests.cluster("demo", "managementPolicy: Plan"));
    bed.awaitTrue(cluster("demo"), "Planned", "ChangesPending");

    bed.apply(Manifests.cluster("demo"));

    bed.awaitReady(cluster("demo"));
    assertThat(bed.get(cluster("demo")).hasFinalizer(TestBed.FINALIZER)).isTrue();
    assertThat(bed.get(cluster("demo")).getStatus().common().plan()).isNull();
    assertThat(bed.condition(cluster("demo"), "Planned")).isEmpty();
    assertThat(bed.writesSince(0)).singleElement().matches(call -> call.succeeded());
  }

  @Test
  void aPlanDoesNotPromiseWhatManageWouldRefuse(TestBed bed) {
    bed.aws().createCluster(c -> c.clusterName("demo"));

    bed.apply(Manifests.cluster("demo", "managementPolicy: Plan", "tags: [{key: a, value: b}]"));

    bed.awaitStalled(cluster("demo"), "NotOwned");
    assertThat(bed.get(cluster("demo")).getStatus().common().plan()).isNull();
    assertThat(bed.kubectl("get", "ecscluster/demo", "--no-headers")).contains("False", "NotOwned");
  }

  @Test
  void observeReleasesAManagedResource(TestBed bed) {
    running(bed);
    long before = bed.ecs().calls().lastSequence();

    bed.patchSpec(service("app"), "managementPolicy: Observe", "desiredCount: 4");

    bed.awaitTrue(service("app"), "Observed", "ChangesPending");
    assertThat(bed.get(service("app")).getMetadata().getFinalizers()).isEmpty();
    assertThat(changedPaths(plan(bed, service("app")))).containsExactly("desiredCount");
    assertThat(bed.kubectl("get", "ecssvc/app", "--no-headers")).contains("True", "ChangesPending");
    bed.delete(service("app"));
    bed.awaitGone(service("app"));
    assertThat(bed.writesSince(before)).isEmpty();
  }

  @Test
  void observeReportsAResourceOfAnotherOwner(TestBed bed) {
    bed.aws()
        .createCluster(
            c ->
                c.clusterName("demo")
                    .tags(
                        Tag.builder()
                            .key("ecs-operator.io/owner")
                            .value("another/a/EcsCluster/b")
                            .build()));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.cluster("demo", "managementPolicy: Observe"));

    bed.awaitObject(cluster("demo"), "Observed", found -> Conditions.isTrue(found, "Observed"));
    assertThat(bed.get(cluster("demo")).getStatus().common().arn()).endsWith("cluster/demo");
    assertThat(bed.message(cluster("demo"), "Observed"))
        .contains("owned by another")
        .doesNotContain("another/a");
    assertThat(bed.get(cluster("demo")).getStatus().common().plan()).isNull();
    assertThat(bed.writesSince(before)).isEmpty();
  }

  private static void running(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", "example.com/app:1"),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
  }

  private static List<PlannedAction> plan(TestBed bed, ObjectRef<? extends EcsResource<?>> object) {
    return bed.get(object).getStatus().common().plan().actions();
  }

  private static Stream<String> changedPaths(List<PlannedAction> plan) {
    return plan.stream().flatMap(call -> call.changes().stream()).map(FieldDifference::path);
  }
}
