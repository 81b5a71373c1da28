package io.ecsoperator.operator.kinds.task;

import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.Decisions;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.Objects;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskKindTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Plan.Call RUN = new Plan.Call("RunTask", tree("{}"), List.of());

  private final FakeReader reader = new FakeReader();
  private final TaskKind kind = new TaskKind(TestKinds.dependencies(new Objects()));
  private final EcsTaskStatus before =
      EcsTaskStatus.unknown().attempting(AttemptStatus.of(1, "main", "job:1", NOW.toString()));
  private final EcsTaskStatus pinned =
      EcsTaskStatus.unknown()
          .attempting(
              AttemptStatus.of(1, "main", "job:1", NOW.toString()).sending("t", NOW.toString()));

  @Test
  void anAnswerNamesTheTasksAndWhyThereAreNotMore() {
    EcsTaskStatus started =
        kind.recordResponse(
            pinned,
            RUN,
            tree(
                "{'tasks':[{'taskArn':'a'},{'taskArn':'b'}],"
                    + "'failures':[{'reason':'RESOURCE:MEMORY','detail':'none left'}]}"),
            NOW);

    assertThat(started.common().arn()).isEqualTo("a");
    assertThat(started.current().taskArns()).containsExactly("a", "b");
    assertThat(started.current().placementFailure()).isEqualTo("RESOURCE:MEMORY: none left");
  }

  @Test
  void anAttemptKeepsTheRevisionThatRunsOfAFamily() {
    EcsTaskStatus started =
        kind.recordResponse(
            EcsTaskStatus.unknown()
                .attempting(AttemptStatus.of(1, "main", "report", NOW.toString())),
            RUN,
            tree("{'tasks':[{'taskArn':'a','taskDefinitionArn':'arn:aws:ecs:e:1:t/report:7'}]}"),
            NOW);

    assertThat(started.current().taskDefinition()).isEqualTo("arn:aws:ecs:e:1:t/report:7");
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKED", "WAITING", "NOT_FOUND", "THROTTLED", "TRANSIENT"})
  void aFirstRunThatWasRefusedLeavesNoToken(FailureClass failureClass) {
    EcsTaskStatus refused = kind.onRejected(before, pinned, RUN, failure(failureClass));

    assertThat(refused.current().clientToken()).isNull();
    assertThat(refused.current().clientTokenSentAt()).isNull();
  }

  @Test
  void aFirstRunThatIsQueuedWasNotSentYet() {
    EcsTaskStatus queued = kind.onDeferred(before, pinned, RUN);

    assertThat(queued.current().clientToken()).isEqualTo("t");
    assertThat(queued.current().clientTokenSentAt()).isNull();
    assertThat(kind.onDeferred(pinned, pinned, RUN)).isEqualTo(pinned);
  }

  @Test
  void aLackOfRoomCountsTowardsTheNextToken() {
    EcsTaskStatus noRoom = kind.onRejected(pinned, pinned, RUN, failure(FailureClass.NO_CAPACITY));

    assertThat(noRoom.current().clientToken()).isNull();
    assertThat(noRoom.current().placementFailures()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"BLOCKED", "WAITING", "NOT_FOUND", "THROTTLED", "TRANSIENT"})
  void aRefusedRepeatSaysNothingOfTheCallBeforeIt(FailureClass failureClass) {
    assertThat(kind.onRejected(pinned, pinned, RUN, failure(failureClass))).isEqualTo(pinned);
  }

  @Test
  void toDeleteATaskWhoseAnswerWasLostItIsFoundAndNeverRun() {
    List<String> asked = new ArrayList<>();
    reader
        .answers(
            (operation, request) -> {
              asked.add(operation + " " + request);
              return tree("{'taskArns':['a']}");
            })
        .shows(
            "a",
            new Observation.Present(
                tree(
                    "{'taskArn':'a','lastStatus':'RUNNING','desiredStatus':'RUNNING','tags':"
                        + "[{'key':'ecs-operator.io/owner','value':'k8s/shop/EcsTask/web'}]}")));

    Decision<EcsTaskStatus> decision =
        Decisions.decide(kind, Wanted.task("{}").deletedAt(NOW).context(pinned, NOW), reader);

    assertThat(Decisions.onlyCall(decision).operation()).isEqualTo("StopTask");
    assertThat(asked)
        .containsExactly(
            "ListTasks "
                + tree(
                    "{'cluster':'main','startedBy':'ecs-operator/"
                        + Wanted.UID
                        + "','desiredStatus':'RUNNING','maxResults':100}"));
  }

  @Test
  void whereTasksCannotBeListedTheObjectStays() {
    AwsFailure failure = failure(FailureClass.THROTTLED);
    reader.answers(
        (operation, request) -> {
          throw failure;
        });

    assertThat(
            Decisions.decide(kind, Wanted.task("{}").deletedAt(NOW).context(pinned, NOW), reader))
        .isEqualTo(Decision.unknown(pinned, failure));
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("RunTask", failureClass, "Code", "no");
  }
}
