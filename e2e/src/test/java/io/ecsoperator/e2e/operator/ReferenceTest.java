package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects that refer to each other. Without timers, only changes trigger reconciles. */
@WithOperator
class ReferenceTest {
  private static final String IMAGE = "example.com/app:1";

  private TestBed bed;

  @BeforeEach
  void startWithoutResync(TestBed bed) {
    bed.restartWithoutResync();
    this.bed = bed;
  }

  @Test
  void aServiceWaitsForItsClusterAndItsTaskDefinition() {
    bed.apply(Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReconciling(service("app"), "WaitingForReference");
    assertThat(bed.message(service("app"), "Reconciling")).contains("EcsCluster demo");

    bed.apply(Manifests.cluster("demo"));
    bed.awaitObject(
        service("app"),
        "waiting for the task definition",
        found ->
            Conditions.condition(found, "Reconciling")
                .filter(c -> c.message().contains("EcsTaskDefinition app"))
                .isPresent());
    bed.apply(Manifests.taskDefinition("app", IMAGE));

    bed.awaitReady(service("app"));
  }

  @Test
  void aTaskWaitsForItsClusterAndItsTaskDefinition() {
    bed.apply(Manifests.task("job", "demo", "app", "waitFor: Running"));
    bed.awaitReconciling(task("job"), "WaitingForReference");

    bed.apply(Manifests.taskDefinition("app", IMAGE), Manifests.cluster("demo"));

    bed.awaitReady(task("job"));
  }

  @Test
  void aClusterIsCreatedAndAServiceWaitsWhileACapacityProviderIsMissing() {
    bed.apply(
        Manifests.cluster(
            "demo", "capacityProviders: [FARGATE]", "capacityProviderRefs: [{name: gpu}]"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.object(
            "EcsService",
            "app",
            "clusterRef: {name: demo}",
            "taskDefinitionRef: {name: app}",
            "desiredCount: 1",
            "networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}",
            "capacityProviderStrategy: [{capacityProviderRef: {name: gpu}, weight: 1}]"));
    String missing = "Waiting for EcsCapacityProvider gpu: it does not exist in this namespace.";
    bed.awaitReconciling(cluster("demo"), "WaitingForReference");
    assertThat(bed.message(cluster("demo"), "Reconciling")).isEqualTo(missing);
    assertThat(bed.aws().listClusters().clusterArns()).hasSize(1);
    bed.awaitReady(taskDefinition("app"));
    bed.awaitObject(
        service("app"),
        "waiting for the capacity provider",
        found ->
            Conditions.condition(found, "Reconciling")
                .filter(c -> c.message().equals(missing))
                .isPresent());

    bed.patchSpec(cluster("demo"), "capacityProviderRefs: null");
    bed.awaitReady(cluster("demo"));
    bed.patchSpec(
        service("app"), "capacityProviderStrategy: [{capacityProvider: FARGATE, weight: 1}]");

    bed.awaitReady(service("app"));
  }

  @Test
  void aServiceStallsWithItsDefinitionAndThenGetsAllChangesInOneUpdate() {
    running();
    bed.ecs()
        .faults()
        .add(
            FaultRule.always(
                "RegisterTaskDefinition", Fault.accessDenied("RegisterTaskDefinition")));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(
        Manifests.taskDefinition("app", "example.com/app:2"),
        Manifests.service("app", "demo", "app", "desiredCount: 2"));

    bed.awaitStalled(service("app"), "AccessDenied");
    assertThat(bed.message(service("app"), "Stalled"))
        .startsWith("EcsTaskDefinition app is Stalled: AccessDenied: RegisterTaskDefinition");
    assertThat(bed.get(service("app")).getStatus().observed().runningCount()).isEqualTo(1);
    // The definition and the service do not trigger each other again and again.
    assertThat(bed.writesSince(before))
        .hasSizeLessThan(4)
        .extracting(Call::operation)
        .containsOnly("RegisterTaskDefinition");

    bed.ecs().faults().clear();
    bed.reconcile(taskDefinition("app"));

    bed.awaitReady(service("app"));
    assertThat(bed.writesSince(before))
        .filteredOn(call -> call.operation().equals("UpdateService"))
        .singleElement()
        .satisfies(
            update -> {
              assertThat(update.request().path("desiredCount").asInt()).isEqualTo(2);
              assertThat(update.request().path("taskDefinition").asText()).endsWith("/app:2");
            });
  }

  @Test
  void aServiceWaitsForTheCapacityProvidersThatItsClusterGetsInTheSameApply() {
    running();
    long before = bed.ecs().calls().lastSequence();

    bed.apply(
        Manifests.cluster("demo", "capacityProviders: [FARGATE, FARGATE_SPOT]"),
        Manifests.object(
            "EcsService",
            "spot",
            "clusterRef: {name: demo}",
            "taskDefinitionRef: {name: app}",
            "desiredCount: 1",
            "networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}",
            "capacityProviderStrategy: [{capacityProvider: FARGATE_SPOT, weight: 1}]"));

    bed.awaitReady(service("spot"));
    assertThat(bed.writesSince(before))
        .extracting(Call::operation)
        .containsExactly("PutClusterCapacityProviders", "CreateService");
  }

  @Test
  void objectsThatWaitForReferencesCanBeDeleted() {
    bed.apply(
        Manifests.service("app", "demo", "app", "desiredCount: 1"),
        Manifests.task("job", "demo", "app"));
    bed.awaitReconciling(service("app"), "WaitingForReference");
    bed.awaitReconciling(task("job"), "WaitingForReference");

    bed.kubectl("delete", "ecs", "--all");

    assertThat(bed.objects()).isEmpty();
    assertThat(bed.writesSince(0)).isEmpty();
  }

  @Test
  void aServiceThatIsDeletedAndAppliedAgainIsCreatedAgain() {
    running();
    String created = bed.get(service("app")).getStatus().observed().createdAt();

    bed.delete(service("app"));
    bed.awaitGone(service("app"));
    bed.apply(Manifests.service("app", "demo", "app", "desiredCount: 1"));

    bed.awaitReady(service("app"));
    assertThat(bed.get(service("app")).getStatus().observed().createdAt()).isGreaterThan(created);
  }

  @Test
  void aDeletionWaitsForDependentsAndNamesThem() {
    running();

    bed.delete(cluster("demo"));
    bed.delete(taskDefinition("app"));

    bed.awaitReconciling(cluster("demo"), "WaitingForDependents");
    bed.awaitReconciling(taskDefinition("app"), "WaitingForDependents");
    assertThat(bed.message(cluster("demo"), "Reconciling")).contains("EcsService app");
    assertThat(bed.message(taskDefinition("app"), "Reconciling")).contains("EcsService app");
    assertThat(bed.aws().listClusters().clusterArns()).hasSize(1);

    bed.delete(service("app"));
    bed.awaitGone(cluster("demo"));
    bed.awaitGone(taskDefinition("app"));
    assertThat(bed.aws().listClusters().clusterArns()).isEmpty();
  }

  @Test
  void aDeletionStallsIfItsDependentsAreNotDeleted() {
    running();
    bed.delete(cluster("demo"));
    bed.awaitReconciling(cluster("demo"), "WaitingForDependents");

    bed.clock().advance(Duration.ofMinutes(6));

    bed.awaitStalled(cluster("demo"), "WaitingForDependents");
    assertThat(bed.message(cluster("demo"), "Stalled"))
        .contains("EcsService app", "deletionPolicy: Retain");
    assertThat(bed.kubectl("get", "events")).contains("Waiting until these are deleted");

    bed.delete(service("app"));
    bed.awaitGone(cluster("demo"));
  }

  @Test
  void objectsThatAreDeletedAndAppliedAgainAtOnceAreReadyAgain() {
    running();
    String file =
        Manifests.all(
            Manifests.cluster("demo"),
            Manifests.taskDefinition("app", IMAGE),
            Manifests.service("app", "demo", "app", "desiredCount: 1"));

    bed.delete(cluster("demo"));
    bed.delete(taskDefinition("app"));
    bed.delete(service("app"));
    bed.awaitGone(service("app"));
    bed.apply(Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitGone(taskDefinition("app"));
    bed.awaitGone(cluster("demo"));
    bed.apply(file);

    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
  }

  @Test
  void aDefinitionThatWasNeverRegisteredCanBeDeletedAlthoughAServiceNamesIt() {
    bed.ecs()
        .faults()
        .add(
            FaultRule.always(
                "RegisterTaskDefinition", Fault.accessDenied("RegisterTaskDefinition")));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitStalled(service("app"), "AccessDenied");

    bed.delete(taskDefinition("app"));

    bed.awaitGone(taskDefinition("app"));
  }

  @Test
  void aDefinitionDoesNotWaitForAServiceWhoseTaskDefinitionIsIgnored() {
    running();
    bed.patchSpec(service("app"), "ignoreFields: [taskDefinition]");
    bed.awaitReady(service("app"));

    bed.apply(Manifests.taskDefinition("app", "example.com/app:2"));

    bed.awaitReady(taskDefinition("app"));
  }

  @Test
  void aServiceDoesNotMoveToAnotherCluster() {
    running();
    bed.apply(Manifests.cluster("other"));
    bed.awaitReady(cluster("other"));
    long before = bed.ecs().calls().lastSequence();

    bed.patchSpec(service("app"), "clusterRef: {name: other}");

    bed.awaitStalled(service("app"), "ReplacementRequired");
    assertThat(bed.message(service("app"), "Stalled")).contains("cluster");
    assertThat(bed.writesSince(before)).isEmpty();
    bed.patchSpec(service("app"), "clusterRef: {name: demo}");
    bed.awaitReady(service("app"));
  }

  private void running() {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", IMAGE),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("app"));
  }
}
