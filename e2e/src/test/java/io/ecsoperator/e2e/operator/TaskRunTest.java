package io.ecsoperator.e2e.operator;

import static io.ecsoperator.e2e.operator.ObjectRef.cluster;
import static io.ecsoperator.e2e.operator.ObjectRef.task;
import static io.ecsoperator.e2e.operator.ObjectRef.taskDefinition;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.crds.task.TaskAttempt;
import io.ecsoperator.localecs.calls.Call;
import io.ecsoperator.localecs.faults.Fault;
import io.ecsoperator.localecs.faults.FaultRule;
import io.ecsoperator.localecs.script.ContainerScript;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Task;

@WithOperator
class TaskRunTest {
  private static final String IMAGE = "example.com/job:1";

  /** Longer than the longest pause between attempts. */
  private static final Duration NEXT_ATTEMPT = Duration.ofMinutes(10);

  private TestBed bed;

  @BeforeEach
  void prepare(TestBed bed) {
    this.bed = bed;
    bed.apply(Manifests.cluster("demo"), Manifests.taskDefinition("job", IMAGE));
    bed.awaitReady(cluster("demo"), taskDefinition("job"));
  }

  @Test
  void aTaskThatExitsWithZeroSucceedsAndRunsOnce() {
    endsWith(0);

    bed.apply(job());
    bed.awaitReady(task("job"));

    EcsTaskStatus status = bed.get(task("job")).getStatus();
    assertThat(status.phase()).isEqualTo("Succeeded");
    assertThat(status.observed().exitCode()).isZero();
    assertThat(status.observed().stopCode()).isEqualTo("EssentialContainerExited");
    assertThat(status.finishedAt()).isNotNull();
    bed.reconcile(task("job"));
    assertThat(runs()).hasSize(1);
  }

  @Test
  void aTaskThatFailsIsNotRunAgainWithoutABackoffLimit() {
    endsWith(3);

    bed.apply(job());
    bed.awaitStalled(task("job"), "Failed");

    EcsTaskStatus status = bed.get(task("job")).getStatus();
    assertThat(status.phase()).isEqualTo("Failed");
    assertThat(status.observed().exitCode()).isEqualTo(3);
    assertThat(bed.message(task("job"), "Stalled")).contains("exited with 3");
    bed.reconcile(task("job"));
    assertThat(runs()).hasSize(1);
  }

  @Test
  void aTaskIsRepeatedUpToTheBackoffLimit() {
    endsWith(3);

    bed.apply(job("backoffLimit: 1"));
    bed.awaitReconciling(task("job"), "BackingOff");
    assertThat(runs()).hasSize(1);
    bed.clock().advance(NEXT_ATTEMPT);
    bed.reconcile(task("job"));
    bed.awaitStalled(task("job"), "Failed");

    assertThat(runs()).hasSize(2).extracting(Call::clientToken).doesNotHaveDuplicates();
    assertThat(bed.get(task("job")).getStatus().failedAttempts())
        .extracting(TaskAttempt::number)
        .containsExactly(2, 1);
  }

  @Test
  void aSecondAttemptMaySucceed() {
    endsWith(3);
    bed.apply(job("backoffLimit: 3"));
    bed.awaitReconciling(task("job"), "BackingOff");

    endsWith(0);
    bed.clock().advance(NEXT_ATTEMPT);
    bed.reconcile(task("job"));

    bed.awaitReady(task("job"));
    assertThat(bed.get(task("job")).getStatus().current().attempt()).isEqualTo(2);
    assertThat(bed.get(task("job")).getStatus().failedAttempts()).hasSize(1);
  }

  @Test
  void aTaskThatExceedsItsDeadlineIsStopped() {
    bed.apply(job("activeDeadlineSeconds: 60", "waitFor: Running"));
    bed.awaitReady(task("job"));

    bed.clock().advance(Duration.ofSeconds(61));
    bed.reconcile(task("job"));

    bed.awaitStalled(task("job"), "DeadlineExceeded");
    assertThat(bed.get(task("job")).getStatus().phase()).isEqualTo("Failed");
    assertThat(onlyTask().lastStatus()).isEqualTo("STOPPED");
    assertThat(onlyTask().stoppedReason()).contains("activeDeadlineSeconds");
  }

  @Test
  void severalTasksOfOneAttemptSucceedTogether() {
    endsWith(0);

    bed.apply(job("count: 3"));
    bed.awaitReady(task("job"));

    assertThat(runs()).hasSize(1);
    assertThat(tasks())
        .hasSize(3)
        .extracting(Task::taskArn)
        .containsExactlyInAnyOrderElementsOf(bed.get(task("job")).getStatus().current().taskArns());
  }

  @Test
  void aFinishedTaskIsDeletedAfterItsTimeToLive() {
    endsWith(0);
    bed.apply(job("ttlSecondsAfterFinished: 3600"));
    bed.awaitReady(task("job"));

    bed.clock().advance(Duration.ofSeconds(3601));

    bed.awaitGone(task("job"));
    assertThat(runs()).hasSize(1);
  }

  @Test
  void deletingARunningTaskStopsIt() {
    bed.apply(job("waitFor: Running"));
    bed.awaitReady(task("job"));

    bed.delete(task("job"));
    bed.awaitGone(task("job"));

    assertThat(onlyTask().lastStatus()).isEqualTo("STOPPED");
    assertThat(onlyTask().stopCodeAsString()).isEqualTo("UserInitiated");
  }

  @Test
  void aRetainedTaskContinuesWithoutTheOwnerTag() {
    bed.apply(job("waitFor: Running", "deletionPolicy: Retain"));
    bed.awaitReady(task("job"));

    bed.delete(task("job"));
    bed.awaitGone(task("job"));

    assertThat(onlyTask().lastStatus()).isEqualTo("RUNNING");
    String arn = onlyTask().taskArn();
    assertThat(bed.aws().listTagsForResource(l -> l.resourceArn(arn)).tags()).isEmpty();
  }

  @Test
  void aTaskWithoutCapacityIsRetriedUntilThereIsCapacity() {
    bed.ecs()
        .faults()
        .add(
            FaultRule.always(
                "RunTask",
                new Fault.Refusal(
                    "ClientException",
                    "Capacity is unavailable at this time. Please try again later or in a"
                        + " different availability zone.",
                    400)));
    endsWith(0);
    bed.apply(job());
    bed.awaitReconciling(task("job"), "WaitingForCapacity");
    assertThat(bed.message(task("job"), "Reconciling")).contains("Capacity is unavailable");

    bed.ecs().faults().clear();

    bed.awaitReady(task("job"));
    assertThat(bed.get(task("job")).getStatus().current().attempt()).isEqualTo(1);
  }

  @Test
  void aTaskThatEcsNoLongerHasIsNotRunAgain() {
    bed.apply(job());
    bed.awaitObject(task("job"), "started", found -> found.getStatus().common().arn() != null);
    bed.stopOperator();
    bed.ecs().reset();

    bed.startOperator(TestBed.REGION);

    bed.awaitStalled(task("job"), "OutcomeUnknown");
    assertThat(runs()).isEmpty();
  }

  @Test
  void aLostAnswerDoesNotRunATaskTwice() {
    endsWith(0);
    bed.ecs().faults().add(FaultRule.next(1, "RunTask", Fault.lostAnswer()));

    bed.apply(job());
    bed.awaitReady(task("job"));

    assertThat(runs()).hasSize(2).extracting(Call::clientToken).containsOnly(token());
    assertThat(tasks()).hasSize(1);
  }

  @Test
  void theAttemptIsRecordedBeforeRunTaskIsCalled() {
    endsWith(0);
    try (var history = History.of(bed, task("job"))) {
      bed.apply(job());
      bed.awaitReady(task("job"));

      assertThat(history.versions())
          .filteredOn(version -> version.getStatus().current().clientToken() != null)
          .first()
          .satisfies(
              pinned -> {
                assertThat(pinned.getStatus().current().taskArns()).isNull();
                assertThat(pinned.getStatus().current().clientToken())
                    .isEqualTo(token().orElseThrow());
                assertThat(pinned.getStatus().current().taskDefinition()).endsWith("/job:1");
              });
    }
  }

  private void endsWith(int exitCode) {
    bed.ecs().scripts().forImage(IMAGE, ContainerScript.ends(Duration.ofSeconds(2), exitCode));
  }

  private static String job(String... spec) {
    return Manifests.task("job", "demo", "job", spec);
  }

  private List<Call> runs() {
    return bed.ecs().calls().of("RunTask");
  }

  private Optional<String> token() {
    return runs().getFirst().clientToken();
  }

  private Task onlyTask() {
    List<Task> tasks = tasks();
    assertThat(tasks).hasSize(1);
    return tasks.getFirst();
  }

  private List<Task> tasks() {
    List<String> arns =
        Stream.of(DesiredStatus.RUNNING, DesiredStatus.STOPPED)
            .flatMap(
                desired ->
                    bed
                        .aws()
                        .listTasks(l -> l.cluster("demo").desiredStatus(desired))
                        .taskArns()
                        .stream())
            .toList();
    return bed.aws().describeTasks(d -> d.cluster("demo").tasks(arns)).tasks();
  }
}
