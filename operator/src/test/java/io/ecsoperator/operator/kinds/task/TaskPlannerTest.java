package io.ecsoperator.operator.kinds.task;

import static io.ecsoperator.operator.Decisions.done;
import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.message;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Decisions.request;
import static io.ecsoperator.operator.Decisions.requests;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.ContainerInstance;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.TaskAttempt;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a task, planned step by step as the reconcile loop does. */
class TaskPlannerTest {
  private static final String INSTANCE =
      "arn:aws:ecs:eu-central-1:1:container-instance/main/0123456789abcdef0123456789abcdef";
  private static final String CLUSTER = "arn:aws:ecs:eu-central-1:1:cluster/main";
  private static final String REVISION = "arn:aws:ecs:eu-central-1:1:task-definition/job:1";
  private static final String ARN = "arn:aws:ecs:eu-central-1:1:task/main/";
  private static final Wanted ONCE = Wanted.task("{'launchType':'FARGATE'}");
  private static final Wanted THRICE = Wanted.task("{'backoffLimit':2}");

  private final VirtualTime time = new VirtualTime();
  private final TaskPlanner planner = new TaskPlanner(new Owner("k8s"), TestKinds.TIMING);
  private Optional<Observation> instance = Optional.empty();
  private EcsTaskStatus status = EcsTaskStatus.unknown();
  private int tasksRun;

  @Nested
  class Start {
    @Test
    void taskWaitsForItsReferences() {
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
    void attemptIsPinnedBeforeItIsRun() {
      Decision.Execute<EcsTaskStatus> decision = execute(reconcile(ONCE));

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
    void startedByIsNoLongerThanEcsAllows() {
      assertThat(TaskPlanner.startedBy(ONCE.desired(), AttemptStatus.none()))
          .hasSizeLessThanOrEqualTo(128);
    }

    @Test
    void pinnedAttemptIsRepeatedUnchangedEvenIfItsReferencesChanged() {
      status = execute(reconcile(ONCE)).intent();
      time.advance(Duration.ofMinutes(5));

      Decision.Execute<EcsTaskStatus> again =
          execute(
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
    void attemptThatEcsRefusedRunsWhatItsReferencesMeanNow() {
      status = execute(reconcile(ONCE)).intent();
      status = status.withCurrent(status.current().withoutClientToken());

      Decision.Execute<EcsTaskStatus> again =
          execute(
              plan(
                  ONCE.context(status, time.instant()),
                  new TestObservation(
                      new TestReferences.Resolved(CLUSTER),
                      Optional.of(new TestReferences.Resolved("another:2")),
                      List.of(),
                      Optional.empty(),
                      Optional.empty())));

      assertThat(onlyCall(again).request().path("taskDefinition").asText()).isEqualTo("another:2");
      assertThat(again.intent().current().taskDefinition()).isEqualTo("another:2");
    }

    @Test
    void nextTryAfterACapacityFailureHasAnotherToken() {
      status = execute(reconcile(ONCE)).intent();
      String token = status.current().clientToken();
      status = status.withCurrent(status.current().notPlaced());

      EcsTaskStatus second = execute(reconcile(ONCE)).intent();

      assertThat(second.current().clientToken()).isNotEqualTo(token);
      assertThat(second.current().attempt()).isEqualTo(1);
    }

    @Test
    void clientTokenIsNotReusedAfterEcsMayHaveForgottenIt() {
      status = execute(reconcile(ONCE)).intent();
      time.advance(Duration.ofHours(1));

      assertThat(readyState(reconcile(ONCE))).isEqualTo("Stalled/OutcomeUnknown");
    }
  }

  @Nested
  class Progress {
    @Test
    void pendingTaskIsFollowed() {
      run(ONCE);

      assertThat(readyState(reconcile(ONCE, task("PROVISIONING"))))
          .isEqualTo("Reconciling/Creating");
      assertThat(status.phase()).isEqualTo("Pending");
      assertThat(readyState(reconcile(ONCE, task("RUNNING")))).isEqualTo("Reconciling/Running");
      assertThat(status.phase()).isEqualTo("Running");
      assertThat(readyState(reconcile(ONCE, task("DEPROVISIONING"))))
          .isEqualTo("Reconciling/Running");
      assertThat(status.phase()).isEqualTo("Running");
    }

    @Test
    void taskOnAContainerInstanceReportsTheEc2Instance() {
      run(ONCE);
      instance =
          Optional.of(
              new Observation.Present(tree("{'ec2InstanceId':'i-0abc','status':'DRAINING'}")));

      reconcile(ONCE, onInstance("RUNNING"));

      assertThat(status.observed().containerInstance())
          .isEqualTo(new ContainerInstance(INSTANCE, "i-0abc", "DRAINING"));
    }

    @Test
    void taskIsFollowedEvenIfItsInstanceIsUnknown() {
      run(ONCE);
      instance =
          Optional.of(
              new Observation.Unknown(
                  time.instant(),
                  AwsFailure.of(
                      "DescribeContainerInstances", FailureClass.BLOCKED, "AccessDenied", "no")));

      assertThat(readyState(reconcile(ONCE, onInstance("RUNNING"))))
          .isEqualTo("Reconciling/Running");
      assertThat(status.observed().containerInstance())
          .isEqualTo(new ContainerInstance(INSTANCE, null, null));
    }

    @Test
    void stoppedTaskKeepsTheStatusOfItsInstance() {
      run(ONCE);
      instance =
          Optional.of(
              new Observation.Present(tree("{'ec2InstanceId':'i-0abc','status':'ACTIVE'}")));
      reconcile(ONCE, onInstance("RUNNING"));
      instance = Optional.empty();

      reconcile(ONCE, onInstance("DEPROVISIONING"));

      assertThat(status.observed().containerInstance())
          .isEqualTo(new ContainerInstance(INSTANCE, "i-0abc", "ACTIVE"));
      reconcile(ONCE, task("RUNNING"));
      assertThat(status.observed().containerInstance()).as("Fargate").isNull();
    }

    @Test
    void waitForRunningIsReadyOnceTheTaskRuns() {
      Wanted running = Wanted.task("{'waitFor':'Running'}");
      run(running);

      assertThat(readyState(reconcile(running, task("PENDING")))).isEqualTo("Reconciling/Creating");
      assertThat(readyState(reconcile(running, task("RUNNING")))).isEqualTo("Ready/Running");
    }

    @Test
    void allTasksOfAnAttemptHaveToRunAndSucceed() {
      Wanted two = Wanted.task("{'count':2,'waitFor':'Running'}");
      status = execute(reconcile(two)).intent();
      status =
          status.withCurrent(
              status.current().started(List.of(ARN + 1, ARN + 2), Optional.empty(), null));

      assertThat(readyState(reconcile(two, task("RUNNING"), task("PENDING"))))
          .isEqualTo("Reconciling/Creating");
      assertThat(readyState(reconcile(two, task("RUNNING"), task("RUNNING"))))
          .isEqualTo("Ready/Running");
      assertThat(readyState(reconcile(two, exited(0), task("RUNNING"))))
          .isEqualTo("Reconciling/Running");
      assertThat(readyState(reconcile(two, exited(0), exited(1)))).isEqualTo("Stalled/Failed");
    }

    @Test
    void fewerTasksThanTheCountAreAFailure() {
      Wanted two = Wanted.task("{'count':2}");
      status = execute(reconcile(two)).intent();
      status =
          status.withCurrent(
              status.current().started(List.of(ARN + 1), Optional.empty(), "RESOURCE:MEMORY"));

      Decision<EcsTaskStatus> decision = reconcile(two, exited(0));

      assertThat(readyState(decision)).isEqualTo("Stalled/Failed");
      assertThat(message(decision)).contains("RESOURCE:MEMORY");
    }

    @Test
    void taskThatEcsNoLongerKnowsIsNotRunAgain() {
      run(THRICE);

      Decision<EcsTaskStatus> decision =
          plan(
              THRICE.context(status, time.instant()),
              observation(List.of(new Observation.Absent())));

      assertThat(readyState(decision)).isEqualTo("Stalled/OutcomeUnknown");
      assertThat(message(decision)).contains("apply");
    }

    @Test
    void unreadTaskIsNeitherPresentNorAbsent() {
      run(ONCE);
      AwsFailure failure =
          AwsFailure.of("DescribeTasks", FailureClass.TRANSIENT, "Timeout", "no answer");

      assertThat(
              plan(
                  ONCE.context(status, time.instant()),
                  observation(List.of(new Observation.Unknown(time.instant(), failure)))))
          .isInstanceOf(Decision.Unknown.class);
    }
  }

  @Nested
  class End {
    @Test
    void exitCodeZeroSucceeds() {
      run(ONCE);

      assertThat(readyState(reconcile(ONCE, exited(0)))).isEqualTo("Ready/Succeeded");
      assertThat(status.phase()).isEqualTo("Succeeded");
      assertThat(status.observed().exitCode()).isZero();
      assertThat(status.failedAttempts()).isNull();
      assertThat(status.finishedAt()).isEqualTo(time.instant().toString());
    }

    @Test
    void failureWithoutARetryIsFinal() {
      run(ONCE);

      Decision<EcsTaskStatus> decision = reconcile(ONCE, exited(3));

      assertThat(readyState(decision)).isEqualTo("Stalled/Failed");
      assertThat(message(decision)).contains("main exited with 3");
      assertThat(status.phase()).isEqualTo("Failed");
      assertThat(status.observed().exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void finalPhaseNeverChanges(int exitCode) {
      run(ONCE);
      String readyState = readyState(reconcile(ONCE, exited(exitCode)));
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
        assertThat(done(decision).status()).isEqualTo(ended);
      }
    }
  }

  @Nested
  class Retries {
    @Test
    void failedTaskIsRetriedAfterGrowingPausesWithANewToken() {
      List<String> tokens = new ArrayList<>();
      List<Long> pauses = new ArrayList<>();
      Wanted stubborn = Wanted.task("{'backoffLimit':8}");
      for (int attempt = 1; attempt <= 8; attempt++) {
        run(stubborn);
        tokens.add(status.current().clientToken());
        assertThat(status.current().attempt()).isEqualTo(attempt);
        Decision<EcsTaskStatus> decision = reconcile(stubborn, exited(1));
        assertThat(readyState(decision)).isEqualTo("Reconciling/BackingOff");
        long seconds = 0;
        while (reconcile(stubborn, exited(1)) instanceof Decision.Done) {
          time.advance(Duration.ofSeconds(1));
          seconds++;
        }
        pauses.add(seconds);
      }

      assertThat(pauses).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 360L, 360L);
      assertThat(tokens).doesNotHaveDuplicates();
      run(stubborn);
      assertThat(readyState(reconcile(stubborn, exited(1)))).isEqualTo("Stalled/Failed");
      assertThat(status.failedAttempts())
          .extracting(TaskAttempt::number)
          .containsExactly(9, 8, 7, 6, 5);
    }

    @Test
    void laterAttemptMaySucceed() {
      run(THRICE);
      reconcile(THRICE, exited(1));
      time.advance(Duration.ofSeconds(10));
      status = execute(reconcile(THRICE, exited(1))).intent();
      started();

      assertThat(readyState(reconcile(THRICE, exited(0)))).isEqualTo("Ready/Succeeded");
      assertThat(status.failedAttempts()).hasSize(1);
    }

    @Test
    void stopTimeThatEcsGivesDoesNotChangeThePause() {
      run(THRICE);
      reconcile(THRICE, exited(1).put("stoppedAt", 9_999_999_999.0));
      time.advance(Duration.ofSeconds(10));

      assertThat(reconcile(THRICE, exited(1).put("stoppedAt", 9_999_999_999.0)))
          .isInstanceOf(Decision.Execute.class);
    }

    @Test
    void messageStaysTheSameWhileBackingOff() {
      run(THRICE);
      String message = message(reconcile(THRICE, exited(1)));
      time.advance(Duration.ofSeconds(5));

      assertThat(message(reconcile(THRICE, exited(1)))).isEqualTo(message);
    }
  }

  @Nested
  class Deadline {
    @Test
    void taskThatExceedsItsDeadlineIsStoppedAndHasFailed() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':60,'backoffLimit':5}");
      run(limited);
      time.advance(Duration.ofSeconds(60));
      assertThat(reconcile(limited, task("RUNNING"))).isInstanceOf(Decision.Done.class);
      time.advance(Duration.ofSeconds(1));

      Decision<EcsTaskStatus> decision = reconcile(limited, task("RUNNING"));
      assertThat(requests(decision))
          .containsExactly(
              request(
                  "StopTask",
                  "{'cluster':'"
                      + CLUSTER
                      + "','task':'"
                      + ARN
                      + "1','reason':'activeDeadlineSeconds exceeded'}"));

      assertThat(reconcile(limited, task("STOPPING").put("desiredStatus", "STOPPED")))
          .isInstanceOf(Decision.Done.class);
      assertThat(readyState(reconcile(limited, exited(143)))).isEqualTo("Stalled/DeadlineExceeded");
      assertThat(status.phase()).isEqualTo("Failed");
    }

    @Test
    void deadlineCoversAllAttempts() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':60,'backoffLimit':5}");
      run(limited);
      time.advance(Duration.ofSeconds(55));
      Decision.Done<EcsTaskStatus> pausing = done(reconcile(limited, exited(1)));
      assertThat(readyState(pausing)).isEqualTo("Reconciling/BackingOff");
      assertThat(pausing.requeueAfter()).contains(Duration.ofSeconds(5));
      time.advance(Duration.ofSeconds(6));

      assertThat(readyState(reconcile(limited, exited(1)))).isEqualTo("Stalled/DeadlineExceeded");
    }

    @Test
    void taskWithoutCapacityIsNotStartedAfterItsDeadline() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
      status = execute(reconcile(limited)).intent();
      status = status.withCurrent(status.current().notPlaced());
      time.advance(Duration.ofSeconds(61));

      assertThat(readyState(reconcile(limited))).isEqualTo("Stalled/DeadlineExceeded");
    }

    @Test
    void aTaskThatOnlyWaitedForQuotaIsNotStartedAfterItsDeadline() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
      EcsTaskStatus sent = execute(reconcile(limited)).intent();
      time.advance(Duration.ofSeconds(61));

      status = sent.withCurrent(sent.current().notSent());
      assertThat(readyState(reconcile(limited))).isEqualTo("Stalled/DeadlineExceeded");

      // An answer that was lost: the task may run, and the same token finds it.
      status = sent;
      assertThat(execute(reconcile(limited)).plan().calls().getFirst().operation())
          .isEqualTo("RunTask");
    }

    @Test
    void taskThatSucceededBeforeTheNextReconcileHasSucceeded() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
      run(limited);
      time.advance(Duration.ofSeconds(600));

      assertThat(readyState(reconcile(limited, exited(0)))).isEqualTo("Ready/Succeeded");
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000_000_000_000_000L, Long.MAX_VALUE})
    void aDeadlineBeyondAllTimesIsNone(long seconds) {
      Wanted unlimited = Wanted.task("{'activeDeadlineSeconds':%d}".formatted(seconds));
      run(unlimited);
      time.advance(Duration.ofDays(1000));

      assertThat(readyState(reconcile(unlimited, task("RUNNING"))))
          .isEqualTo("Reconciling/Running");
    }

    @Test
    void nextReconcileIsNoLaterThanTheDeadline() {
      Wanted limited = Wanted.task("{'activeDeadlineSeconds':3}");
      run(limited);

      assertThat(done(reconcile(limited, task("RUNNING"))).requeueAfter())
          .contains(Duration.ofSeconds(3));
    }
  }

  @Nested
  class TimeToLive {
    @Test
    void finishedTaskIsKeptForItsTimeToLive() {
      Wanted shortLived = Wanted.task("{'ttlSecondsAfterFinished':30}");
      run(shortLived);
      assertThat(done(reconcile(shortLived, exited(0))).requeueAfter())
          .contains(Duration.ofSeconds(30));
      time.advance(Duration.ofSeconds(29));
      assertThat(reconcile(shortLived)).isInstanceOf(Decision.Done.class);
      time.advance(Duration.ofSeconds(1));

      assertThat(reconcile(shortLived)).isInstanceOf(Decision.Expired.class);
    }

    @Test
    void timeToLiveOfZeroExpiresAtOnceAndNoneNever() {
      Wanted ephemeral = Wanted.task("{'ttlSecondsAfterFinished':0}");
      run(ephemeral);
      assertThat(plan(ephemeral.context(status, time.instant()), stopped(exited(1))))
          .isInstanceOf(Decision.Expired.class);

      reconcile(ONCE, exited(0));
      time.advance(Duration.ofDays(1000));
      assertThat(reconcile(ONCE)).isInstanceOf(Decision.Done.class);
    }

    @Test
    void pauseKeepsAFinishedTask() {
      Wanted paused = Wanted.task("{'ttlSecondsAfterFinished':0}").annotated("paused", "true");
      run(Wanted.task("{'ttlSecondsAfterFinished':0}"));

      assertThat(plan(paused.context(status, time.instant()), stopped(exited(0))))
          .isInstanceOf(Decision.Done.class);
    }

    @Test
    void theNextReconcileOfATaskThatIsKeptBeyondItsTimeToLiveIsNotInThePast() {
      Wanted paused = Wanted.task("{'ttlSecondsAfterFinished':1}").annotated("paused", "true");
      run(Wanted.task("{'ttlSecondsAfterFinished':1}"));
      status = done(plan(paused.context(status, time.instant()), stopped(exited(0)))).status();
      time.advance(Duration.ofSeconds(2));

      assertThat(
              done(plan(paused.context(status, time.instant()), stopped(exited(0)))).requeueAfter())
          .isEmpty();
    }
  }

  @Nested
  class Deletion {
    @Test
    void runningTaskIsStoppedBeforeTheObjectIsReleased() {
      run(ONCE);
      Wanted deleted = ONCE.deletedAt(time.instant());

      Decision<EcsTaskStatus> decision = reconcile(deleted, task("RUNNING"));
      assertThat(onlyCall(decision).operation()).isEqualTo("StopTask");
      assertThat(readyState(decision)).isEqualTo("Reconciling/Deleting");
      assertThat(readyState(reconcile(deleted, task("STOPPING").put("desiredStatus", "STOPPED"))))
          .isEqualTo("Reconciling/Deleting");
      assertThat(reconcile(deleted, exited(143))).isInstanceOf(Decision.Released.class);
    }

    @Test
    void objectWithoutARunningTaskIsReleased() {
      Wanted deleted = ONCE.deletedAt(time.instant());
      assertThat(reconcile(deleted)).isInstanceOf(Decision.Done.class);
      assertThat(reconcile(ONCE.deletedAt(time.instant().minusSeconds(60))))
          .isInstanceOf(Decision.Released.class);

      run(ONCE);
      reconcile(ONCE, exited(0));
      assertThat(reconcile(deleted, task("RUNNING"))).isInstanceOf(Decision.Released.class);
    }

    @Test
    void retainedTaskRunsOnWithoutTheOwnerTag() {
      run(ONCE);
      Wanted retained = ONCE.with("deletionPolicy", "Retain").deletedAt(time.instant());
      ObjectNode tagged =
          task("RUNNING").setAll(tree("{'tags':[{'key':'ecs-operator.io/owner','value':'x'}]}"));

      assertThat(requests(reconcile(retained, tagged)))
          .containsExactly(
              request(
                  "UntagResource",
                  "{'resourceArn':'" + ARN + "1','tagKeys':['ecs-operator.io/owner']}"));
      assertThat(reconcile(retained, task("RUNNING"))).isInstanceOf(Decision.Released.class);
    }
  }

  /** Reconciles once; the status is kept for the next one. */
  private Decision<EcsTaskStatus> reconcile(Wanted wanted, ObjectNode... tasks) {
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
        execute(
                status.current().taskArns() == null
                    ? reconcile(wanted)
                    : reconcile(wanted, exited(1)))
            .intent();
    started();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'startedBy':'ecs-operator/another-uid'",
        "'startedBy':'ecs-svc/123','tags':[{'key':'ecs-operator.io/owner',"
            + "'value':'k8s/payments/EcsTask/pay'}]",
        "'startedBy':''"
      })
  void aForgedStatusStopsNoTaskOfAnother(String proof) {
    run(ONCE);
    ObjectNode another = task("RUNNING").setAll(tree("{" + proof + "}"));

    assertThat(reconcile(ONCE.deletedAt(time.instant()), another))
        .isInstanceOf(Decision.Released.class);
    Wanted limited = Wanted.task("{'activeDeadlineSeconds':60}");
    time.advance(Duration.ofSeconds(100));
    assertThat(readyState(reconcile(limited, another))).isEqualTo("Stalled/OutcomeUnknown");
  }

  private void started() {
    tasksRun++;
    status =
        status.withCurrent(
            status.current().started(List.of(ARN + tasksRun), Optional.empty(), null));
  }

  private ObjectNode task(String lastStatus) {
    return tree(
        "{'taskArn':'"
            + ARN
            + Math.max(1, tasksRun)
            + "','lastStatus':'"
            + lastStatus
            + "','desiredStatus':'RUNNING','tags':[],'startedBy':'ecs-operator/"
            + Wanted.UID
            + "',"
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
