package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.service;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.taskdefinition.EcsTaskDefinition;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.script.ContainerScript;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithOperator
class RolloutTest {
  private static final String OLD = "example.com/app:1";
  private static final String NEW = "example.com/app:2";

  @Test
  void anImageChangeRegistersOnceAndUpdatesEachServiceOnce(TestBed bed) {
    bed.restartWithoutResync();
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("blue", "demo", "app", "desiredCount: 2"),
        Manifests.service("green", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(cluster("demo"), taskDefinition("app"), service("blue"), service("green"));
    long before = bed.ecs().calls().lastSequence();

    try (var definition = History.of(bed, taskDefinition("app"));
        var blue = History.of(bed, service("blue"));
        var green = History.of(bed, service("green"))) {
      bed.apply(Manifests.taskDefinition("app", NEW));
      bed.awaitReady(taskDefinition("app"));
      String arn = bed.get(taskDefinition("app")).getStatus().common().arn();
      awaitReadyWith(bed, "blue", arn);
      awaitReadyWith(bed, "green", arn);

      assertThat(arn).endsWith("/app:2");
      long definitionReady = firstReadyAt(definition, 2);
      for (History<EcsService> history : List.of(blue, green)) {
        assertThat(firstWithTarget(history, arn)).isLessThan(definitionReady);
        assertNeverReadyBeforeCompleted(history, arn);
      }
    }
    assertThat(bed.writesSince(before))
        .extracting(Call::operation)
        .containsExactlyInAnyOrder("RegisterTaskDefinition", "UpdateService", "UpdateService");
    assertThat(bed.writesSince(before))
        .filteredOn(call -> call.operation().equals("UpdateService"))
        .allSatisfy(
            call ->
                assertThat(call.request().fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("cluster", "service", "taskDefinition"));
  }

  private static void awaitReadyWith(TestBed bed, String name, String taskDefinition) {
    bed.awaitObject(
        service(name),
        "Ready with " + taskDefinition,
        found ->
            Conditions.isTrue(found, "Ready")
                && taskDefinition.equals(found.getStatus().observed().taskDefinition()));
  }

  private static long firstReadyAt(History<EcsTaskDefinition> definition, long generation) {
    return definition.versions().stream()
        .filter(version -> version.getMetadata().getGeneration() == generation)
        .filter(version -> Conditions.isTrue(version, "Ready"))
        .mapToLong(History::order)
        .findFirst()
        .orElseThrow();
  }

  private static long firstWithTarget(History<EcsService> service, String taskDefinition) {
    return service.versions().stream()
        .filter(version -> taskDefinition.equals(version.getStatus().observed().taskDefinition()))
        .mapToLong(History::order)
        .findFirst()
        .orElseThrow();
  }

  private static void assertNeverReadyBeforeCompleted(
      History<EcsService> service, String taskDefinition) {
    List<EcsService> withTarget =
        service.versions().stream()
            .filter(
                version -> taskDefinition.equals(version.getStatus().observed().taskDefinition()))
            .toList();
    assertThat(withTarget.getFirst()).matches(first -> !Conditions.isTrue(first, "Ready"));
    assertThat(withTarget)
        .filteredOn(version -> Conditions.isTrue(version, "Ready"))
        .isNotEmpty()
        .allSatisfy(
            ready -> {
              assertThat(ready.getStatus().observed().rolloutState()).isEqualTo("COMPLETED");
              assertThat(ready.getStatus().observed().runningCount())
                  .isEqualTo(ready.getStatus().observed().desiredCount());
            });
  }

  @Test
  void aChangeDuringARolloutIsRolledOutToo(TestBed bed) {
    startSlowly(bed, NEW);
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 2"));
    bed.awaitReady(service("app"));

    bed.apply(Manifests.taskDefinition("app", NEW));
    bed.awaitReconciling(service("app"), "RollingOut");
    bed.apply(Manifests.taskDefinition("app", "example.com/app:3"));

    bed.awaitReady(taskDefinition("app"));
    awaitReadyWith(bed, "app", bed.get(taskDefinition("app")).getStatus().common().arn());
    assertThat(bed.get(taskDefinition("app")).getStatus().revision()).isEqualTo(3);
    assertThat(bed.get(service("app")).getStatus().observed().runningCount()).isEqualTo(2);
  }

  @Test
  void aRestartDuringARolloutRepeatsNoCall(TestBed bed) {
    startSlowly(bed, NEW);
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 2"));
    bed.awaitReady(service("app"));
    long before = bed.ecs().calls().lastSequence();
    bed.apply(Manifests.taskDefinition("app", NEW));
    bed.awaitReconciling(service("app"), "RollingOut");

    bed.stopOperator();
    bed.startOperator(TestBed.REGION);

    bed.awaitReady(taskDefinition("app"));
    awaitReadyWith(bed, "app", bed.get(taskDefinition("app")).getStatus().common().arn());
    assertThat(bed.writesSince(before))
        .extracting(Call::operation)
        .containsExactly("RegisterTaskDefinition", "UpdateService");
  }

  /** Slows the rollout down, so that the test can act during it. */
  private static void startSlowly(TestBed bed, String image) {
    bed.ecs()
        .scripts()
        .forImage(image, ContainerScript.runsForEver().startingAfter(Duration.ofMinutes(30)));
  }

  @Test
  void aTagOfATaskDefinitionChangesWithoutANewRevision(TestBed bed) {
    bed.apply(Manifests.taskDefinition("app", OLD, "tags: [{key: team, value: shop}]"));
    bed.awaitReady(taskDefinition("app"));
    long before = bed.ecs().calls().lastSequence();

    bed.apply(Manifests.taskDefinition("app", OLD, "tags: [{key: team, value: pay}]"));

    bed.awaitReady(taskDefinition("app"));
    assertThat(bed.writesSince(before)).extracting(Call::operation).containsExactly("TagResource");
  }

  @Test
  void aTaskDefinitionDoesNotWaitForAPausedService(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(service("app"));
    bed.annotate(service("app"), "ecs-operator.io/paused=true");
    bed.awaitTrue(service("app"), "Paused", "PauseRequested");

    bed.apply(Manifests.taskDefinition("app", NEW));

    bed.awaitReady(taskDefinition("app"));
    bed.awaitTrue(service("app"), "Drifted", "ChangesPending");
    assertThat(bed.get(service("app")).getStatus().observed().taskDefinition()).endsWith("/app:1");
  }

  @Test
  void aRollbackIsReportedAndTheRevisionIsNotRetried(TestBed bed) {
    rolledBack(bed);

    assertThat(bed.message(service("app"), "Stalled"))
        .contains("CannotPullContainerError")
        .contains("redeploy-requested-at");
    assertThat(bed.get(service("app")).getStatus().rollout().failedTasks())
        .isNotEmpty()
        .allSatisfy(task -> assertThat(task.reason()).contains("no such image"));
    long before = bed.ecs().calls().lastSequence();
    bed.reconcile(service("app"));
    bed.reconcile(service("app"));
    assertThat(bed.writesSince(before)).isEmpty();
    assertThat(bed.condition(service("app"), "Stalled").orElseThrow().status()).isEqualTo("True");
    assertThat(bed.condition(service("app"), "Available").orElseThrow().status()).isEqualTo("True");
  }

  @Test
  void aRollbackIsReportedAtOnceHoweverLongTheGracePeriodIs(TestBed bed) {
    bed.restartWithLongGracePeriod();

    rolledBack(bed);

    assertThat(bed.message(service("app"), "Stalled")).contains("CannotPullContainerError");
  }

  @Test
  void aSecondRollbackNamesItsOwnCause(TestBed bed) {
    rolledBack(bed);
    bed.ecs()
        .scripts()
        .forImage("example.com/app:3", ContainerScript.ends(Duration.ofSeconds(1), 3));

    bed.apply(Manifests.taskDefinition("app", "example.com/app:3"));

    bed.awaitObject(
        service("app"),
        "rolled back from app:3",
        found ->
            Conditions.condition(found, "Stalled")
                .filter(stalled -> stalled.status().equals("True"))
                .filter(stalled -> stalled.message().contains("app:3"))
                .isPresent());
    assertThat(bed.message(service("app"), "Stalled"))
        .contains("of app:3 with image example.com/app:3", "exited with 3")
        .doesNotContain("CannotPullContainerError");
    assertThat(bed.get(service("app")).getStatus().rollout().failedTasks())
        .allSatisfy(task -> assertThat(task.exitCode()).isEqualTo(3));
  }

  @Test
  void aTaskThatEndsAtOnceIsReportedDuringTheRollout(TestBed bed) {
    bed.ecs().scripts().forImage(OLD, ContainerScript.ends(Duration.ofSeconds(1), 5));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));

    bed.awaitObject(
        service("app"),
        "its exit code",
        found ->
            Conditions.condition(found, "Reconciling")
                .filter(
                    rolling ->
                        rolling.message().contains("with image " + OLD)
                            && rolling.message().contains("exited with 5"))
                .isPresent());
  }

  @Test
  void aNewRevisionIsRolledOutAfterARollback(TestBed bed) {
    rolledBack(bed);

    bed.apply(Manifests.taskDefinition("app", "example.com/app:3"));

    bed.awaitReady(taskDefinition("app"), service("app"));
    assertThat(bed.get(service("app")).getStatus().observed().taskDefinition()).endsWith("/app:3");
  }

  @Test
  void theSameRevisionIsRetriedIfTheAnnotationRequestsIt(TestBed bed) {
    rolledBack(bed);
    bed.ecs().scripts().forImage(NEW, ContainerScript.runsForEver());

    bed.annotate(service("app"), "ecs-operator.io/redeploy-requested-at=now");

    bed.awaitObject(
        service("app"),
        "Ready with app:2",
        found ->
            Conditions.isTrue(found, "Ready")
                && found.getStatus().observed().taskDefinition().endsWith("/app:2"));
    assertThat(bed.get(service("app")).getStatus().rollout().lastHandledRedeployAt())
        .isEqualTo("now");
  }

  @Test
  void theAnnotationRedeploysAHealthyServiceOnce(TestBed bed) {
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 1"));
    bed.awaitReady(service("app"));
    String deployment = bed.get(service("app")).getStatus().observed().deploymentId();
    long before = bed.ecs().calls().lastSequence();

    bed.annotate(service("app"), "ecs-operator.io/redeploy-requested-at=monday");
    bed.awaitObject(
        service("app"),
        "Ready with another deployment",
        found ->
            Conditions.isTrue(found, "Ready")
                && !deployment.equals(found.getStatus().observed().deploymentId()));
    bed.reconcile(service("app"));

    assertThat(bed.writesSince(before))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.operation()).isEqualTo("UpdateService");
              assertThat(call.request().path("forceNewDeployment").asBoolean()).isTrue();
            });
  }

  @Test
  void aServiceWithoutRunningTasksExceedsTheProgressDeadline(TestBed bed) {
    bed.ecs().scripts().forImage(OLD, ContainerScript.cannotBePulled("no such image"));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service("app", "demo", "app", "desiredCount: 1", "progressDeadlineSeconds: 600"));
    bed.awaitReconciling(service("app"), "RollingOut");

    bed.clock().advance(Duration.ofSeconds(700));
    bed.reconcile(service("app"));

    bed.awaitStalled(service("app"), "ProgressDeadlineExceeded");
  }

  /** A service with a second revision that cannot be pulled, and that ECS has rolled back. */
  private static void rolledBack(TestBed bed) {
    bed.ecs()
        .scripts()
        .forImage(NEW, ContainerScript.cannotBePulled("CannotPullContainerError: no such image"));
    bed.apply(
        Manifests.cluster("demo"),
        Manifests.taskDefinition("app", OLD),
        Manifests.service(
            "app",
            "demo",
            "app",
            "desiredCount: 1",
            "deploymentConfiguration: {deploymentCircuitBreaker: {enable: true, rollback: true}}"));
    bed.awaitReady(service("app"));
    bed.apply(Manifests.taskDefinition("app", NEW));
    bed.awaitStalled(service("app"), "DeploymentRolledBack");
  }
}
