package io.ecsoperator.operator.kinds.task;

import static io.ecsoperator.operator.Decisions.act;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Decisions.settled;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.task.ContainerInstance;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.TaskAttempt;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a task, told over time as a reconciler would see it. */
class TaskPlannerTest {
  private static final String INSTANCE =
      "arn:aws:ecs:eu-central-1:1:container-instance/main/0123456789abcdef0123456789abcdef";
  private static final String CLUSTER = "arn:aws:ecs:eu-central-1:1:cluster/main";
  private static final String REVISION = "arn:aws:ecs:eu-central-1:1:task-definition/job:1";
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:task/main/";
  private static final Wanted ONCE = Wanted.task("{'launchType':'FARGATE'}");
  private static final Wanted THRICE = Wanted.task("{'backoffLimit':2}");

  private final VirtualTime time = new VirtualTime();
  private final TaskPlanner planner =
      new TaskPlanner(
          new Owner("k8s"),
          new Timing(
              Duration.ofSeconds(5),
              Duration.ofSeconds(60),
              Duration.ofMinutes(10),
              Duration.ofMinutes(5)));

  private Optional<Observation> instance = Optional.empty();
  private EcsTaskStatus status = EcsTaskStatus.unknown();
  private int tasksRun;

  // Starting

  @Test
  void withoutItsReferencesATaskWaits() {
    Decision<EcsTaskStatus> decision =
        plan(
            ONCE.context(status, time.instant()),
            new TestObservation(
                new TestReferences.Resolved(CLUSTER),
                Optional.of(new TestReferences.Waiting("EcsTaskDefinition job has no ARN yet.")),
                List.of(),
                Optional.empty(),
                Optional.empty()));

    assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
    assertThat(message(decision)).isEqualTo("EcsTaskDefinition job has no ARN yet.");
  }

  @Test
  void theAttemptIsPinnedBeforeItIsRun() {
    Decision.Execute<EcsTaskStatus> decision = act(look(ONCE));

    var attempt = decision.intent().current();
    assertThat(attempt.attempt()).isEqualTo(1);
    assertThat(attempt.cluster()).isEqualTo(CLUSTER);
    assertThat(attempt.taskDefinition()).isEqualTo(REVISION);
    assertThat(attempt.clientToken()).hasSizeLessThanOrEqualTo(64);
    assertThat(decision.intent().firstStartedAt()).isEqualTo(time.instant().toString());
    assertThat(requests(decision))
        .containsExactly(
            request(
                "RunTask",
                "{'launchType':'FARGATE','cluster':'"
                    + CLUSTER
                    + "','taskDefinition':'"
                    + REVISION
                    + "','clientToken':'"
                    + attempt.clientToken()
                    + "','startedBy':'ecs-operator/"
                    + Wanted.UID
                    + "','tags':[{'key':'ecs-operator.io/owner',"
                    + "'value':'k8s/shop/EcsTask/web'}]}"));
    assertThat(readyState(decision)).isEqualTo("Reconciling/Creating");
  }

  @Test
  void theIdThatTasksAreFoundByIsNoLongerThanEcsAllows() {
    assertThat(TaskPlanner.startedBy(ONCE.desired())).hasSizeLessThanOrEqualTo(128);
  }

  @Test
  void aPinnedAttemptIsRepeatedAsItWasWhateverItsReferencesSayByNow() {
    status = act(look(ONCE)).intent();
    time.advance(Duration.ofMinutes(5));

    Decision.Execute<EcsTaskStatus> again =
        act(
            plan(
                ONCE.context(status, time.instant()),
                new TestObservation(
                    new TestReferences.Waiting("gone"),
                    Optional.of(new TestReferences.Resolved("another:2")),
                    List.of(),
                    Optional.empty(),
                    Optional.empty())));

    assertThat(again.intent()).isEqualTo(status);
    assertThat(onlyCall(again).request().path("clientToken").asText())
        .isEqualTo(status.current().clientToken());
    assertThat(onlyCall(again).request().path("taskDefinition").asText()).isEqualTo(REVISION);
  }

  @Test
  void whereEcsHadNoRoomTheNextTryHasAnotherToken() {
    status = act(look(ONCE)).intent();
    String token = status.current().clientToken();
    status = status.withCurrent(status.current().notPlaced());

    EcsTaskStatus second = act(look(ONCE)).intent();

    assertThat(second.current().clientToken()).isNotEqualTo(token);
    assertThat(second.current().attempt()).isEqualTo(1);
  }

  @Test
  void aTokenThatEcsMayHaveForgottenIsNotUsedAgain() {
    status = act(look(ONCE)).intent();
    time.advance(Duration.ofHours(24));

    assertThat(readyState(look(ONCE))).isEqualTo("Stalled/OutcomeUnknown");
  }

  // Running

  @Test
  void aTaskOnItsWayIsFollowed() {
    run(ONCE);

    assertThat(readyState(look(ONCE, task("PROVISIONING")))).isEqualTo("Reconciling/Running");
    assertThat(status.phase()).isEqualTo("Pending");
    assertThat(readyState(look(ONCE, task("RUNNING")))).isEqualTo("Reconciling/Running");
    assertThat(status.phase()).isEqualTo("Running");
    assertThat(readyState(look(ONCE, task("DEPROVISIONING")))).isEqualTo("Reconciling/Running");
    assertThat(status.phase()).isEqualTo("Running");
  }

  @Test
  void aTaskOnAContainerInstanceSaysWhichEc2InstanceThatIs() {
    run(ONCE);
    instance =
        Optional.of(
            new Observation.Present(tree("{'ec2InstanceId':'i-0abc','status':'DRAINING'}")));

    look(ONCE, onInstance("RUNNING"));

    assertThat(status.observed().containerInstance())
        .isEqualTo(new ContainerInstance(INSTANCE, "i-0abc", "DRAINING"));
  }

  @Test
  void whereTheInstanceIsNotKnownTheTaskIsFollowedAllTheSame() {
    run(ONCE);
    instance =
        Optional.of(
            new Observation.Unknown(
                time.instant(),
                AwsFailure.of(
                    "DescribeContainerInstances", FailureClass.BLOCKED, "AccessDenied", "no")));

    assertThat(readyState(look(ONCE, onInstance("RUNNING")))).isEqualTo("Reconciling/Running");
    assertThat(status.observed().containerInstance())
        .isEqualTo(new ContainerInstance(INSTANCE, null, null));
  }

  @Test
  void aTaskThatHasStoppedKeepsWhatWasKnownOfItsInstance() {
    run(ONCE);
    instance =
        Optional.of(new Observation.Present(tree("{'ec2InstanceId':'i-0abc','status':'ACTIVE'}")));
    look(ONCE, onInstance("RUNNING"));
    instance = Optional.empty();

    look(ONCE, onInstance("DEPROVISIONING"));

    assertThat(status.observed().containerInstance())
        .isEqualTo(new ContainerInstance(INSTANCE, "i-0abc", "ACTIVE"));
    look(ONCE, task("RUNNING"));
    assertThat(status.observed().containerInstance()).as("Fargate").isNull();
  }

  @Test
  void whoWaitsForRunningOnlyIsServedThen() {
    Wanted running = Wanted.task("{'waitFor':'Running'}");
    run(running);

    assertThat(readyState(look(running, task("PENDING")))).isEqualTo("Reconciling/Running");
    assertThat(readyState(look(running, task("RUNNING")))).isEqualTo("Ready/Running");
  }

  @Test
  void ofSeveralTasksAllHaveToRunAndToSucceed() {
    Wanted two = Wanted.task("{'count':2,'waitFor':'Running'}");
    status = act(look(two)).intent();
    status = status.withCurrent(status.current().started(List.of(ARN + 1, ARN + 2), null));

    assertThat(readyState(look(two, task("RUNNING"), task("PENDING"))))
        .isEqualTo("Reconciling/Running");
    assertThat(readyState(look(two, task("RUNNING"), task("RUNNING")))).isEqualTo("Ready/Running");
    assertThat(readyState(look(two, exited(0), task("RUNNING")))).isEqualTo("Reconciling/Running");
    assertThat(readyState(look(two, exited(0), exited(1)))).isEqualTo("Stalled/Failed");
  }

  @Test
  void fewerTasksThanAskedForAreAFailure() {
    Wanted two = Wanted.task("{'count':2}");
    status = act(look(two)).intent();
    status = status.withCurrent(status.current().started(List.of(ARN + 1), "RESOURCE:MEMORY"));

    Decision<EcsTaskStatus> decision = look(two, exited(0));

    assertThat(readyState(decision)).isEqualTo("Stalled/Failed");
    assertThat(message(decision)).contains("RESOURCE:MEMORY");
  }

  @Test
  void aTaskThatEcsNoLongerKnowsIsNeverRunAgainByItself() {
    run(THRICE);

    Decision<EcsTaskStatus> decision =
        plan(
            THRICE.context(status, time.instant()), observation(List.of(new Observation.Absent())));

    assertThat(readyState(decision)).isEqualTo("Stalled/OutcomeUnknown");
    assertThat(message(decision)).contains("apply");
  }

  @Test
  void whatCannotBeAskedIsNeitherThereNorGone() {
    run(ONCE);
    AwsFailure failure =
        AwsFailure.of("DescribeTasks", FailureClass.TRANSIENT, "Timeout", "no answer");

    assertThat(
            plan(
                ONCE.context(status, time.instant()),
                observation(List.of(new Observation.Unknown(time.instant(), failure)))))
        .isInstanceOf(Decision.Unknown.class);
  }

  // Ending

  @Test
  void success() {
    run(ONCE);

    assertThat(readyState(look(ONCE, exited(0)))).isEqualTo("Ready/Succeeded");
    assertThat(status.phase()).isEqualTo("Succeeded");
    assertThat(status.observed().exitCode()).isZero();
    assertThat(status.failedAttempts()).isNull();
    assertThat(status.finishedAt()).isEqualTo(time.instant().toString());
  }

  @Test
  void failureWithoutAnotherTry() {
    run(ONCE);

    Decision<EcsTaskStatus> decision = look(ONCE, exited(3));

    assertThat(readyState(decision)).isEqualTo("Stalled/Failed");
    assertThat(message(decision)).contains("main exited with 3");
    assertThat(status.phase()).isEqualTo("Failed");
    assertThat(status.observed().exitCode()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anEndIsAnEnd(int exitCode) {
    run(ONCE);
    String readyState = readyState(look(ONCE, exited(exitCode)));
    EcsTaskStatus ended = status;
    time.advance(Duration.ofDays(100));

    for (List<Observation> tasks :
        List.of(
            List.<Observation>of(),
            List.<Observation>of(new Observation.Absent()),
            List.<Observation>of(new Observation.Present(task("RUNNING"))))) {
      Decision<EcsTaskStatus> decision =
          plan(ONCE.context(status, time.instant()), observation(tasks));
      assertThat(readyState(decision)).isEqualTo(readyState);
      assertThat(settled(decision).status()).isEqualTo(ended);
    }
  }

  // Trying again

  @Test
  void aFailedTaskIsTriedAgainAfterGrowingPausesAndWithANewToken() {
    List<String> tokens = new ArrayList<>();
    List<Long> pauses = new ArrayList<>();
    Wanted stubborn = Wanted.task("{'backoffLimit':8}");
    for (int attempt = 1; attempt <= 8; attempt++) {
      run(stubborn);
      tokens.add(status.current().clientToken());
      assertThat(status.current().attempt()).isEqualTo(attempt);
      Decision<EcsTaskStatus> decision = look(stubborn, exited(1));
      assertThat(readyState(decision)).isEqualTo("Reconciling/BackingOff");
      long seconds = 0;
      while (look(stubborn, exited(1)) instanceof Decision.Done) {
        time.advance(Duration.ofSeconds(1));
        seconds++;
      }
      pauses.add(seconds);
    }

    assertThat(pauses).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 360L, 360L);
    assertThat(tokens).doesNotHaveDuplicates();
    run(stubborn);
    assertThat(readyState(look(stubborn, exited(1)))).isEqualTo("Stalled/Failed");
    assertThat(status.failedAttempts())
        .extracting(TaskAttempt::number)
        .containsExactly(9, 8, 7, 6, 5);
  }

  @Test
  void aLaterAttemptMaySucceed() {
    run(THRICE);
    look(THRICE, exited(1));
    time.advance(Duration.ofSeconds(10));
    status = act(look(THRICE, exited(1))).intent();
    started();

    assertThat(readyState(look(THRICE, exited(0)))).isEqualTo("Ready/Succeeded");
    assertThat(status.failedAttempts()).hasSize(1);
  }

  @Test
  void whenEcsSaysATaskStoppedIsNoMatterToThePause() {
    run(THRICE);
    look(THRICE, exited(1).put("stoppedAt", 9_999_999_999.0));
    time.advance(Duration.ofSeconds(10));

    assertThat(look(THRICE, exited(1).put("stoppedAt", 9_999_999_999.0)))
        .isInstanceOf(Decision.Execute.class);
  }

  @Test
  void theMessageWhileBackingOffStaysTheSame() {
    run(THRICE);
    String message = message(look(THRICE, exited(1)));
    time.advance(Duration.ofSeconds(5));

    assertThat(message(look(THRICE, exited(1)))).isEqualTo(message);
  }

  // The deadline

  @Test
  void aTaskThatRunsTooLongIsStoppedAndHasFailed() {
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':60,'backoffLimit':5}");
    run(limited);
    time.advance(Duration.ofSeconds(60));
    assertThat(look(limited, task("RUNNING"))).isInstanceOf(Decision.Done.class);
    time.advance(Duration.ofSeconds(1));

    Decision<EcsTaskStatus> decision = look(limited, task("RUNNING"));
    assertThat(requests(decision))
        .containsExactly(
            request(
                "StopTask",
                "{'cluster':'"
                    + CLUSTER
                    + "','task':'"
                    + ARN
                    + "1','reason':'activeDeadlineSeconds exceeded'}"));

    assertThat(look(limited, task("STOPPING").put("desiredStatus", "STOPPED")))
        .isInstanceOf(Decision.Done.class);
    assertThat(readyState(look(limited, exited(143)))).isEqualTo("Stalled/DeadlineExceeded");
    assertThat(status.phase()).isEqualTo("Failed");
  }

  @Test
  void theDeadlineCoversAllAttempts() {
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':60,'backoffLimit':5}");
    run(limited);
    time.advance(Duration.ofSeconds(55));
    Decision.Done<EcsTaskStatus> pausing = settled(look(limited, exited(1)));
    assertThat(readyState(pausing)).isEqualTo("Reconciling/BackingOff");
    assertThat(pausing.requeueAfter()).contains(Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(6));

    assertThat(readyState(look(limited, exited(1)))).isEqualTo("Stalled/DeadlineExceeded");
  }

  @Test
  void aTaskThatFoundNoRoomBeforeTheDeadlineIsNotStartedAfterIt() {
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
    status = act(look(limited)).intent();
    status = status.withCurrent(status.current().notPlaced());
    time.advance(Duration.ofSeconds(61));

    assertThat(readyState(look(limited))).isEqualTo("Stalled/DeadlineExceeded");
  }

  @Test
  void aTaskThatSucceededBeforeAnybodyLookedHasSucceeded() {
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
    run(limited);
    time.advance(Duration.ofSeconds(600));

    assertThat(readyState(look(limited, exited(0)))).isEqualTo("Ready/Succeeded");
  }

  @Test
  void theNextLookIsNoLaterThanTheDeadline() {
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':3}");
    run(limited);

    assertThat(settled(look(limited, task("RUNNING"))).requeueAfter())
        .contains(Duration.ofSeconds(3));
  }

  // The time to live

  @Test
  void aFinishedTaskIsKeptForItsTimeToLive() {
    Wanted shortLived = Wanted.task("{'ttlSecondsAfterFinished':30}");
    run(shortLived);
    assertThat(settled(look(shortLived, exited(0))).requeueAfter())
        .contains(Duration.ofSeconds(30));
    time.advance(Duration.ofSeconds(29));
    assertThat(look(shortLived)).isInstanceOf(Decision.Done.class);
    time.advance(Duration.ofSeconds(1));

    assertThat(look(shortLived)).isInstanceOf(Decision.Expired.class);
  }

  @Test
  void aTimeToLiveOfZeroEndsItAtOnceAndNoneNever() {
    Wanted ephemeral = Wanted.task("{'ttlSecondsAfterFinished':0}");
    run(ephemeral);
    assertThat(plan(ephemeral.context(status, time.instant()), stopped(exited(1))))
        .isInstanceOf(Decision.Expired.class);

    look(ONCE, exited(0));
    time.advance(Duration.ofDays(1000));
    assertThat(look(ONCE)).isInstanceOf(Decision.Done.class);
  }

  @Test
  void aPauseKeepsAFinishedTask() {
    Wanted paused = Wanted.task("{'ttlSecondsAfterFinished':0}").annotated("paused", "true");
    run(Wanted.task("{'ttlSecondsAfterFinished':0}"));

    assertThat(plan(paused.context(status, time.instant()), stopped(exited(0))))
        .isInstanceOf(Decision.Done.class);
  }

  // Deleting

  @Test
  void aRunningTaskIsStoppedAndWaitedFor() {
    run(ONCE);
    Wanted deleted = ONCE.deletedAt(time.instant());

    Decision<EcsTaskStatus> decision = look(deleted, task("RUNNING"));
    assertThat(onlyCall(decision).operation()).isEqualTo("StopTask");
    assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
    assertThat(readyState(look(deleted, task("STOPPING").put("desiredStatus", "STOPPED"))))
        .isEqualTo("Reconciling/Deleting");
    assertThat(look(deleted, exited(143))).isInstanceOf(Decision.Released.class);
  }

  @Test
  void anObjectWhoseTaskNeverRanOrHasEndedIsReleased() {
    Wanted deleted = ONCE.deletedAt(time.instant());
    assertThat(look(deleted)).isInstanceOf(Decision.Released.class);

    run(ONCE);
    look(ONCE, exited(0));
    assertThat(look(deleted, task("RUNNING"))).isInstanceOf(Decision.Released.class);
  }

  @Test
  void aRetainedTaskRunsOnWithoutOurTag() {
    run(ONCE);
    Wanted retained = ONCE.with("deletionPolicy", "Retain").deletedAt(time.instant());
    ObjectNode tagged =
        task("RUNNING").setAll(tree("{'tags':[{'key':'ecs-operator.io/owner','value':'x'}]}"));

    assertThat(requests(look(retained, tagged)))
        .containsExactly(
            request(
                "UntagResource",
                "{'resourceArn':'" + ARN + "1','tagKeys':['ecs-operator.io/owner']}"));
    assertThat(look(retained, task("RUNNING"))).isInstanceOf(Decision.Released.class);
  }

  /** One look; facts are kept for the next one. */
  private Decision<EcsTaskStatus> look(Wanted wanted, ObjectNode... tasks) {
    Decision<EcsTaskStatus> decision = plan(wanted.context(status, time.instant()), stopped(tasks));
    if (decision instanceof Decision.Done<EcsTaskStatus> done) {
      status = done.status();
    }
    return decision;
  }

  private ObjectNode onInstance(String lastStatus) {
    return task(lastStatus).put("containerInstanceArn", INSTANCE);
  }

  private TestObservation stopped(ObjectNode... tasks) {
    List<Observation> observations = new ArrayList<>();
    for (ObjectNode task : tasks) {
      observations.add(new Observation.Present(task));
    }
    return observation(observations);
  }

  private TestObservation observation(List<Observation> tasks) {
    return new TestObservation(
        new TestReferences.Resolved(CLUSTER),
        Optional.of(new TestReferences.Resolved(REVISION)),
        tasks,
        instance,
        Optional.of(new Observation.Present(tree("{'containerDefinitions':[{'name':'main'}]}"))));
  }

  /** Runs the next attempt: its task is known from then on. */
  private void run(Wanted wanted) {
    status =
        act(status.current().taskArns() == null ? look(wanted) : look(wanted, exited(1))).intent();
    started();
  }

  private void started() {
    tasksRun++;
    status = status.withCurrent(status.current().started(List.of(ARN + tasksRun), null));
  }

  private ObjectNode task(String lastStatus) {
    return tree(
        "{'taskArn':'"
            + ARN
            + Math.max(1, tasksRun)
            + "','lastStatus':'"
            + lastStatus
            + "','desiredStatus':'RUNNING','tags':[],"
            + "'containers':[{'name':'main','lastStatus':'"
            + lastStatus
            + "'}]}");
  }

  private ObjectNode exited(int code) {
    return task("STOPPED")
        .setAll(
            tree(
                "{'desiredStatus':'STOPPED','stopCode':'EssentialContainerExited',"
                    + "'stoppedReason':'Essential container in task exited',"
                    + "'containers':[{'name':'main','exitCode':"
                    + code
                    + "}]}"));
  }

  private Decision<EcsTaskStatus> plan(
      ReconcileContext<EcsTaskStatus> context, TestObservation observation) {
    return planner.plan(context, observation.of(context.desired()));
  }
}
