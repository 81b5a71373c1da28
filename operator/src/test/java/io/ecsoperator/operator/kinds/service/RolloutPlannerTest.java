package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_1;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_2;
import static io.ecsoperator.operator.kinds.service.ServiceJson.steady;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.config.AdoptionSettings;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Read;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a service that needs no call, planned step by step as the reconcile loop does. */
class RolloutPlannerTest {
  private static final Wanted WEB = Wanted.service("{'desiredCount':2}");

  private final VirtualTime time = new VirtualTime();
  private final ServicePlanner planner =
      new ServicePlanner(
          new Ownership(new Owner("k8s"), AdoptionSettings.ALL_UNTAGGED), TestKinds.TIMING);

  private EcsServiceStatus status = EcsServiceStatus.unknown();
  private List<FailedTask> failedTasks = List.of();
  private Optional<PauseHook> pauseHook = Optional.empty();

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
  void aServiceOfCodeDeployStaysReadyWhileOthersScaleOrDeployIt() {
    Wanted codeDeploy = Wanted.service("{'deploymentController':{'type':'CODE_DEPLOY'}}");
    ServiceJson described =
        steady().set("'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[]");
    reconcile(codeDeploy, described.counts(2, 2));

    assertThat(reconcile(codeDeploy, described.counts(4, 2))).isEqualTo("Ready/Reconciled");
    assertThat(reconcile(codeDeploy, described.counts(2, 4))).isEqualTo("Ready/Reconciled");
  }

  @ParameterizedTest
  @CsvSource({"STEADY_STATE, Ready/Reconciled", "STABILIZING, Reconciling/RollingOut"})
  void theTaskSetThatServesDecidesWhileCodeDeployRunsTwo(String stability, String expected) {
    Wanted codeDeploy =
        Wanted.service("{'desiredCount':2,'deploymentController':{'type':'CODE_DEPLOY'}}");

    assertThat(
            reconcile(
                codeDeploy,
                steady()
                    .set(
                        "'deploymentController':{'type':'CODE_DEPLOY'},'deployments':[],"
                            + "'taskSets':[{'status':'ACTIVE','stabilityStatus':'STABILIZING'},"
                            + "{'status':'PRIMARY','stabilityStatus':'"
                            + stability
                            + "'}]")
                    .counts(2, 4)))
        .isEqualTo(expected);
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
    failedTasks = List.of(failedTask("TaskFailedToStart", "CannotPullContainerError"));

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
    failedTasks = List.of(failedTask("EssentialContainerExited", "app exited with 1"));

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
            "Rolling out web:1: 1 of 2 tasks of web:1 running, 1 pending (deployment ecs-svc/2);"
                + " (service web) was unable to place a task.;"
                + " newest failed task of web:2 with image nginx:bad: app exited with 1.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(service web) was unable to place a task because no container instance met all of its requirements.",
        "(service web) failed to launch a task with (error Role is invalid).",
        "(service web) failed to register targets in (target-group arn:aws:tg) with (error none).",
        "(service web) (port 80) is unhealthy in (target-group arn:aws:tg) due to (reason Health checks failed).",
        "(service web) operations are being throttled on elb. Will try again later.",
        "(service web) (task a) failed container health checks.",
      })
  void aRolloutNamesTheEventThatSaysWhatIsInItsWay(String event) {
    assertThat(message(decision(WEB, rollingOut(REVISION_1, 1).set(events(2_000_000_000, event)))))
        .contains(event);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(service web) has started 1 tasks: (task a).",
        "(service web) has reached a steady state.",
        "(service web) registered 1 targets in (target-group arn:aws:tg)",
      })
  void anEventThatReportsProgressIsNotNamed(String event) {
    assertThat(message(decision(WEB, rollingOut(REVISION_1, 1).set(events(2_000_000_000, event)))))
        .doesNotContain(event);
  }

  @Test
  void anEventFromBeforeTheDeploymentIsNotItsCause() {
    String event = "(service web) was unable to place a task.";
    ServiceJson rolling = rollingOut(REVISION_1, 1).set(events(1, event));
    ((ObjectNode) rolling.json().at("/deployments/0")).put("createdAt", 2);

    assertThat(message(decision(WEB, rolling))).doesNotContain(event);
  }

  private static String events(int createdAt, String message) {
    return "'events':[{'createdAt':" + createdAt + ",'message':'" + message + "'}]";
  }

  @Test
  void progressCountsTasksOfTheTargetRevisionAndTheRevisionIsTheOneThatRuns() {
    Wanted four = Wanted.service("{'desiredCount':4}");
    ServiceJson rolling =
        steady()
            .counts(4, 4)
            .set(
                "'taskDefinition':'"
                    + REVISION_2
                    + "','pendingCount':1,'deployments':["
                    + "{'id':'ecs-svc/2','status':'PRIMARY','taskDefinition':'"
                    + REVISION_2
                    + "','rolloutState':'IN_PROGRESS','runningCount':1,'pendingCount':1},"
                    + "{'id':'ecs-svc/1','status':'ACTIVE','taskDefinition':'"
                    + REVISION_1
                    + "','rolloutState':'COMPLETED','runningCount':3,'pendingCount':0}]");

    Decision<EcsServiceStatus> decision = decision(four, REVISION_2, rolling);

    assertThat(message(decision))
        .isEqualTo(
            "Rolling out web:2: 1 of 4 tasks of web:2 running, 3 of web:1 left, 1 pending"
                + " (deployment ecs-svc/2).");
    assertThat(done(decision).status().observed().revision()).isEqualTo("web:1");
    assertThat(done(decision).status().observed().tasks()).isEqualTo("4/4");
  }

  @Test
  void failedTasksStayWhenEcsHasForgottenThem() {
    failedTasks = List.of(failedTask("EssentialContainerExited", "app exited with 1"));
    reconcile(WEB, rollingOut(REVISION_1, 1));
    failedTasks = List.of();
    reconcile(WEB, rollingOut(REVISION_1, 1));

    assertThat(status.rollout().failedTasks()).hasSize(1);
  }

  @Test
  void aTaskThatEndedByItselfIsAskedForThoughEcsCountsNoFailedTask() {
    reconcile(WEB, rollingOut(REVISION_1, 1));
    assertThat(firstReads(WEB, rollingOut(REVISION_1, 1))).isEmpty();

    assertThat(firstReads(WEB, rollingOut(REVISION_1, 0)))
        .containsExactly(ServiceRead.FAILED_TASKS);
  }

  @Test
  void tasksThatAreMissingForLongAreAskedFor() {
    reconcile(WEB, rollingOut(REVISION_1, 0));
    assertThat(firstReads(WEB, rollingOut(REVISION_1, 0))).isEmpty();

    time.advance(Duration.ofSeconds(11));
    assertThat(firstReads(WEB, rollingOut(REVISION_1, 0)))
        .containsExactly(ServiceRead.FAILED_TASKS);
    assertThat(firstReads(WEB, rollingOut(REVISION_1, 0).set("'pendingCount':2"))).isEmpty();
  }

  // PAUSE hooks

  private static final String PAUSES =
      "'deploymentConfiguration':{'strategy':'BLUE_GREEN','lifecycleHooks':["
          + "{'targetType':'PAUSE','lifecycleStages':['PRE_SCALE_UP']}]}";

  private static Optional<PauseHook> pauseHook(String timeoutAction) {
    return Optional.of(
        new PauseHook(
            "hook-1", "PRE_SCALE_UP", "2026-01-02T00:00:00Z", timeoutAction, "arn:deployment"));
  }

  @Test
  void aDeploymentThatWaitsAtAHookSaysWhereUntilWhenAndWhatThen() {
    pauseHook = pauseHook("ROLLBACK");
    Wanted paused = Wanted.service("{'desiredCount':2," + PAUSES + "}");
    ServiceJson waiting = rollingOut(REVISION_1, 0).set(PAUSES);

    assertThat(firstReads(paused, waiting)).containsExactly(ServiceRead.PAUSE_HOOK);
    assertThat(reconcile(paused, waiting)).isEqualTo("Reconciling/WaitingForAction");
    assertThat(message(decision(paused, waiting)))
        .isEqualTo(
            "The deployment of web:1 waits at the PAUSE hook hook-1 in stage PRE_SCALE_UP until"
                + " 2026-01-02T00:00:00Z; then ECS rolls it back. To answer: aws ecs"
                + " continue-service-deployment --service-deployment-arn arn:deployment --hook-id"
                + " hook-1 --action CONTINUE (or ROLLBACK).");
    assertThat(status.rollout().pauseHook()).isEqualTo(pauseHook.get());
  }

  @Test
  void aDeploymentWaitsAtItsHookAlsoAfterTheHookLeftTheSpec() {
    pauseHook = pauseHook("ROLLBACK");
    ServiceJson waiting = rollingOut(REVISION_1, 0).set(PAUSES);
    reconcile(Wanted.service("{'desiredCount':2," + PAUSES + "}"), waiting);
    String without = "'deploymentConfiguration':{'strategy':'BLUE_GREEN','lifecycleHooks':[]}";
    Wanted changed = Wanted.service("{'desiredCount':2," + without + "}");

    assertThat(reconcile(changed, rollingOut(REVISION_1, 0).set(without)))
        .isEqualTo("Reconciling/WaitingForAction");
  }

  @Test
  void theProgressDeadlineBeginsAgainAfterAHook() {
    pauseHook = pauseHook("CONTINUE");
    Wanted paused = Wanted.service("{'desiredCount':2," + PAUSES + "}");
    ServiceJson waiting = rollingOut(REVISION_1, 0).set(PAUSES);
    reconcile(paused, waiting);
    time.advance(Duration.ofHours(5));
    assertThat(reconcile(paused, waiting)).isEqualTo("Reconciling/WaitingForAction");

    pauseHook = Optional.empty();

    assertThat(reconcile(paused, waiting)).isEqualTo("Reconciling/RollingOut");
    time.advance(Duration.ofSeconds(1201));
    assertThat(reconcile(paused, waiting)).isEqualTo("Stalled/ProgressDeadlineExceeded");
  }

  @Test
  void reasonsOfAnEarlierFailureGoWhenTheRolloutHasCompleted() {
    failedTasks = List.of(failedTask("EssentialContainerExited", "app exited with 1"));
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
            failedTasks,
            pauseHook));
  }

  /** What the planner asks for after the first observation. */
  private List<Read> firstReads(Wanted wanted, ServiceJson service) {
    ReconcileContext<EcsServiceStatus> context = wanted.context(status, time.instant());
    Decision<EcsServiceStatus> decision =
        planner.plan(
            context,
            new TestObservation(
                    new TestReferences.Resolved(ServiceJson.CLUSTER),
                    Optional.of(new TestReferences.Resolved(REVISION_1)),
                    Optional.of(new Observation.Present(service.json())),
                    Optional.empty(),
                    List.of())
                .firstOf(context.desired()));
    return decision instanceof Decision.Need<EcsServiceStatus> need
        ? List.copyOf(need.reads())
        : List.of();
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

  private static FailedTask failedTask(String stopCode, String reason) {
    return new FailedTask("arn", "web:2", "nginx:bad", stopCode, null, reason, null, null);
  }
}
