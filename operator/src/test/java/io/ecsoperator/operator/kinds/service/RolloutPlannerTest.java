package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_1;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_2;
import static io.ecsoperator.operator.kinds.service.ServiceJson.steady;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a service that needs no call, planned step by step as the reconcile loop does. */
class RolloutPlannerTest {
  private static final Wanted WEB = Wanted.service("{'desiredCount':2}");

  private final VirtualTime time = new VirtualTime();
  private final ServicePlanner planner =
      new ServicePlanner(
          new Ownership(new Owner("k8s")),
          new Timing(
              Duration.ofSeconds(5),
              Duration.ofSeconds(60),
              Duration.ofMinutes(10),
              Duration.ofMinutes(5),
              Duration.ofSeconds(60)));

  private EcsServiceStatus status = EcsServiceStatus.unknown();
  private List<FailedTask> failedTasks = List.of();

  // Ready

  @Test
  void readyOnceTheDeploymentHasCompletedAndEveryTaskRuns() {
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 0))).isEqualTo("Reconciling/RollingOut");
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 2))).isEqualTo("Reconciling/RollingOut");
    assertThat(reconcile(WEB, completed(2, 2))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void aCompletedDeploymentWithTooFewTasksIsNotReadyForANewSpec() {
    assertThat(reconcile(WEB, completed(2, 1))).isEqualTo("Reconciling/RollingOut");
    assertThat(reconcile(WEB, completed(2, 2))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void scalingByOthersDoesNotTakeReadyAway() {
    Wanted notOurs = Wanted.service("{}");
    reconcile(notOurs, completed(2, 2));

    assertThat(reconcile(notOurs, completed(10, 2))).isEqualTo("Ready/Reconciled");
    assertThat(reconcile(notOurs, completed(0, 0))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void aNewGenerationAsksForRunningTasksAgain() {
    Wanted notOurs = Wanted.service("{}");
    reconcile(notOurs, completed(2, 2));

    Wanted changed = notOurs.changedTo("{'deletionPolicy':'Retain'}");
    assertThat(reconcile(changed, completed(2, 1))).isEqualTo("Reconciling/RollingOut");
    assertThat(reconcile(changed, completed(2, 2))).isEqualTo("Ready/Reconciled");
    assertThat(reconcile(changed, completed(5, 2))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void aRolloutAfterReadyTakesReadyAwayUntilItHasCompleted() {
    reconcile(WEB, completed(2, 2));

    assertThat(reconcile(WEB, rollingOut(REVISION_1, 1))).isEqualTo("Reconciling/RollingOut");
  }

  @Test
  void aServiceOfCodeDeployIsReadyWhenItsTasksRun() {
    Wanted codeDeploy =
        Wanted.service("{'desiredCount':2,'deploymentController':{'type':'CODE_DEPLOY'}}");
    ServiceJson described =
        steady().set("'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[]");

    assertThat(reconcile(codeDeploy, described.counts(2, 1))).isEqualTo("Reconciling/RollingOut");
    assertThat(reconcile(codeDeploy, described.counts(2, 2))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void anEmptyServiceIsReadyAndDoesNotServe() {
    Decision.Done<EcsServiceStatus> decision =
        done(decision(Wanted.service("{'desiredCount':0}"), completed(0, 0)));

    assertThat(readyState(decision)).isEqualTo("Ready/Reconciled");
    assertThat(decision.available()).contains(false);
  }

  // Failures

  @Test
  void aFailedDeploymentStallsAndSaysWhy() {
    failedTasks = List.of(new FailedTask("arn", "TaskFailedToStart", "CannotPullContainerError"));

    Decision.Done<EcsServiceStatus> decision =
        done(decision(WEB, steady().counts(2, 0).deployment("ecs-svc/2", REVISION_1, "FAILED", 0)));

    assertThat(readyState(decision)).isEqualTo("Stalled/DeploymentFailed");
    assertThat(message(decision))
        .contains("ECS deployment ecs-svc/2 says so.")
        .contains("CannotPullContainerError")
        .contains("redeploy-requested-at");
    assertThat(decision.status().rollout().failedTasks()).isEqualTo(failedTasks);
  }

  @Test
  void messageOfARolloutHasCountsRevisionAndFailures() {
    failedTasks = List.of(new FailedTask("arn", "EssentialContainerExited", "app exited with 1"));

    Decision<EcsServiceStatus> decision =
        decision(
            WEB,
            rollingOut(REVISION_1, 1)
                .counts(2, 1)
                .set(
                    "'pendingCount':1,'events':[{'message':"
                        + "'(service web) was unable to place a task.'}]"));

    assertThat(message(decision))
        .isEqualTo(
            "Rolling out web:1: 1 of 2 tasks running, 1 pending (deployment ecs-svc/2);"
                + " (service web) was unable to place a task.; app exited with 1.");
  }

  @Test
  void reasonsOfAnEarlierFailureGoWhenTheRolloutHasCompleted() {
    failedTasks = List.of(new FailedTask("arn", "EssentialContainerExited", "app exited with 1"));
    reconcile(WEB, rollingOut(REVISION_1, 1));
    failedTasks = List.of();
    reconcile(WEB, completed(2, 2));

    assertThat(status.rollout().failedTasks()).isNull();
  }

  // The progress deadline

  @Test
  void withoutProgressForTheDeadlineTheRolloutStalls() {
    reconcile(WEB, rollingOut(REVISION_1, 0));
    time.advance(Duration.ofSeconds(1200));
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 0))).isEqualTo("Reconciling/RollingOut");

    time.advance(Duration.ofSeconds(1));
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 0)))
        .isEqualTo("Stalled/ProgressDeadlineExceeded");

    assertThat(reconcile(WEB, completed(2, 2))).isEqualTo("Ready/Reconciled");
  }

  @Test
  void theSpecSaysHowLongTheDeadlineIs() {
    Wanted hasty = Wanted.service("{'desiredCount':2,'progressDeadlineSeconds':30}");
    reconcile(hasty, rollingOut(REVISION_1, 0));
    time.advance(Duration.ofSeconds(31));

    assertThat(reconcile(hasty, rollingOut(REVISION_1, 0)))
        .isEqualTo("Stalled/ProgressDeadlineExceeded");
  }

  @Test
  void everyFurtherTaskIsProgressAndOneThatComesBackIsNot() {
    reconcile(WEB, rollingOut(REVISION_1, 0));
    time.advance(Duration.ofSeconds(1000));
    reconcile(WEB, rollingOut(REVISION_1, 1));
    time.advance(Duration.ofSeconds(1000));
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 0))).isEqualTo("Reconciling/RollingOut");

    time.advance(Duration.ofSeconds(201));
    assertThat(reconcile(WEB, rollingOut(REVISION_1, 1)))
        .isEqualTo("Stalled/ProgressDeadlineExceeded");
  }

  @Test
  void aNewDeploymentIsProgress() {
    reconcile(WEB, rollingOut(REVISION_1, 0));
    time.advance(Duration.ofSeconds(1201));

    assertThat(reconcile(WEB, steady().deployment("ecs-svc/3", REVISION_1, "IN_PROGRESS", 0)))
        .isEqualTo("Reconciling/RollingOut");
  }

  @Test
  void theDeadlineOfANewSpecBeginsWithTheSpec() {
    reconcile(WEB, completed(2, 2));
    time.advance(Duration.ofDays(7));

    Wanted changed = WEB.changedTo("{'desiredCount':2,'deletionPolicy':'Retain'}");
    assertThat(reconcile(changed, completed(2, 1))).isEqualTo("Reconciling/RollingOut");
    time.advance(Duration.ofSeconds(1201));
    assertThat(reconcile(changed, completed(2, 1))).isEqualTo("Stalled/ProgressDeadlineExceeded");
  }

  @Test
  void theDeadlineOfScalingBeginsWithTheScaling() {
    reconcile(WEB, completed(2, 2));
    time.advance(Duration.ofDays(7));
    Wanted scaled = WEB.changedTo("{'desiredCount':5}");
    status = execute(decision(scaled, completed(2, 2))).intent();

    assertThat(reconcile(scaled, completed(5, 2))).isEqualTo("Reconciling/RollingOut");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'bakeTimeInMinutes':60,'strategy':'BLUE_GREEN'",
        "'lifecycleHooks':[{'hookTargetArn':'a','roleArn':'b','lifecycleStages':['POST_SCALE_UP']}]"
      })
  void bakeTimeAndHooksMayExceedTheDeadlineOnceAllTasksRun(String configuration) {
    Wanted patient =
        Wanted.service("{'desiredCount':2,'deploymentConfiguration':{" + configuration + "}}");
    ServiceJson baking =
        rollingOut(REVISION_1, 2).set("'deploymentConfiguration':{" + configuration + "}");
    ServiceJson starting =
        rollingOut(REVISION_1, 1).set("'deploymentConfiguration':{" + configuration + "}");

    reconcile(patient, starting);
    time.advance(Duration.ofSeconds(1201));
    assertThat(reconcile(patient, starting)).isEqualTo("Stalled/ProgressDeadlineExceeded");
    reconcile(patient, baking);
    time.advance(Duration.ofDays(1));
    assertThat(reconcile(patient, baking)).isEqualTo("Reconciling/RollingOut");
  }

  @Test
  void timesThatEcsGivesAreNeverComparedWithOurs() {
    ServiceJson ofAnotherTime = rollingOut(REVISION_1, 0).set("'createdAt':9999999999.0");
    reconcile(WEB, ofAnotherTime);
    time.advance(Duration.ofSeconds(1199));
    assertThat(reconcile(WEB, ofAnotherTime)).isEqualTo("Reconciling/RollingOut");
    time.advance(Duration.ofSeconds(2));
    assertThat(reconcile(WEB, ofAnotherTime)).isEqualTo("Stalled/ProgressDeadlineExceeded");
  }

  @Test
  void aNewRevisionOfTheSameSpecHasToCompleteToo() {
    reconcile(WEB, completed(2, 2));

    assertThat(reconcile(WEB, REVISION_2, rollingOut(REVISION_2, 1)))
        .isEqualTo("Reconciling/RollingOut");
    assertThat(
            reconcile(
                WEB, REVISION_2, steady().deployment("ecs-svc/2", REVISION_2, "COMPLETED", 2)))
        .isEqualTo("Ready/Reconciled");
  }

  /** Reconciles once; the status is kept for the next time. */
  private String reconcile(Wanted wanted, ServiceJson service) {
    return reconcile(wanted, REVISION_1, service);
  }

  private String reconcile(Wanted wanted, String revision, ServiceJson service) {
    Decision<EcsServiceStatus> decision = decision(wanted, revision, service);
    EcsServiceStatus facts = done(decision).status();
    status =
        facts.withCommon(
            new CommonStatus(
                wanted.generation(),
                facts.common().arn(),
                null,
                null,
                null,
                null,
                facts.common().appliedPaths(),
                null,
                null));
    return readyState(decision);
  }

  private Decision<EcsServiceStatus> decision(Wanted wanted, ServiceJson service) {
    return decision(wanted, REVISION_1, service);
  }

  private Decision<EcsServiceStatus> decision(Wanted wanted, String revision, ServiceJson service) {
    return plan(
        wanted.context(status, time.instant()),
        new TestObservation(
            new TestReferences.Resolved(ServiceJson.CLUSTER),
            Optional.of(new TestReferences.Resolved(revision)),
            Optional.of(new Observation.Present(service.json())),
            Optional.empty(),
            failedTasks));
  }

  private static ServiceJson completed(int desired, int running) {
    return steady().counts(desired, running);
  }

  private static ServiceJson rollingOut(String revision, int running) {
    return steady().deployment("ecs-svc/2", revision, "IN_PROGRESS", running);
  }

  private Decision<EcsServiceStatus> plan(
      ReconcileContext<EcsServiceStatus> context, TestObservation observation) {
    return planner.plan(context, observation.of(context.desired()));
  }
}
