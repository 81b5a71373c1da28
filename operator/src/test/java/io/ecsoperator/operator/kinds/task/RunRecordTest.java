package io.ecsoperator.operator.kinds.task;

import static io.ecsoperator.operator.Decisions.execute;
import static io.ecsoperator.operator.Decisions.onlyCall;
import static io.ecsoperator.operator.Decisions.readyState;
import static io.ecsoperator.operator.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.TestKinds;
import io.ecsoperator.operator.TestReferences;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.Wanted;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.engine.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users may write the record: it can keep a task from running, and choose nothing that runs. */
class RunRecordTest {
  private static final String CLUSTER = "arn:aws:ecs:eu-central-1:1:cluster/main";
  private static final String REVISION = "arn:aws:ecs:eu-central-1:1:task-definition/job:1";
  private static final String TOKEN = Wanted.UID + "/2/0";
  private static final String FORGED =
      "'firstStartedAt':'2026-01-01T00:00:00Z','cluster':'prod','taskDefinition':'admin:7',"
          + "'taskArns':['arn:aws:ecs:eu-central-1:1:task/prod/1'],'phase':'Pending'";

  private final VirtualTime time = new VirtualTime();
  private final RunRecord record = new RunRecord();
  private final TaskPlanner planner = new TaskPlanner(new Owner("k8s"), TestKinds.TIMING);

  @Test
  void recordNamesNeitherClusterNorTaskDefinition() {
    EcsTaskStatus status =
        EcsTaskStatus.unknown()
            .attempting(AttemptStatus.of(2, CLUSTER, REVISION, time.instant().toString()));

    assertThat(record.of(status).orElseThrow())
        .contains("\"attempt\":2")
        .doesNotContain("cluster", "ask-definition", "askDefinition");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'attempt':2",
        "'attempt':1,'clientToken':'" + TOKEN + "'",
        "'attempt':1,'clientToken':'" + TOKEN + "','clientTokenSentAt':'2026-01-01T00:00:00Z'"
      })
  void restoredAttemptRunsWhatItsReferencesMean(String attempt) {
    JsonNode request =
        onlyCall(execute(plan(restored("{" + attempt + "," + FORGED + "}")))).request();

    assertThat(request.path("cluster").asText()).isEqualTo(CLUSTER);
    assertThat(request.path("taskDefinition").asText()).isEqualTo(REVISION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'firstStartedAt':'+1000000000-12-31T23:59:58Z','attempt':2,'phase':'Pending'",
        "'firstStartedAt':'-1000000000-01-01T00:00:00Z','attempt':2,'phase':'Pending'",
        "'firstStartedAt':'2026-01-01T00:00:00Z','attempt':2,'phase':'Succeeded',"
            + "'finishedAt':'+1000000000-12-31T23:59:58Z'",
        "'firstStartedAt':'2026-01-01T00:00:00Z','attempt':2,'phase':'Pending',"
            + "'clientToken':'"
            + TOKEN
            + "','clientTokenSentAt':'+1000000000-12-31T23:59:58Z'"
      })
  void aRecordWithATimeThatNoClockShowsIsIgnored(String forged) {
    assertThat(restored("{" + forged + "}")).isEqualTo(EcsTaskStatus.unknown());
  }

  @Test
  void restoredAttemptWaitsForItsReferences() {
    Decision<EcsTaskStatus> decision =
        plan(
            restored("{'attempt':2," + FORGED + "}"),
            new TestObservation(
                new TestReferences.Waiting("gone"),
                Optional.of(new TestReferences.Resolved(REVISION)),
                List.of(),
                Optional.empty(),
                Optional.empty()));

    assertThat(readyState(decision)).isEqualTo("Reconciling/WaitingForReference");
  }

  @Test
  void anotherTaskThanTheObjectsOwnIsNotFollowed() {
    Decision<EcsTaskStatus> decision =
        plan(restored("{'attempt':2," + FORGED + "}"), observed("'startedBy':'another','tags':[]"));

    assertThat(onlyCall(execute(decision)).operation()).isEqualTo("RunTask");
  }

  @Test
  void taskOfARestoredAttemptIsPinnedToWhatEcsSays() {
    Decision<EcsTaskStatus> decision =
        plan(
            restored("{'attempt':1,'clientToken':'" + TOKEN + "'," + FORGED + "}"),
            observed(
                "'startedBy':'x','tags':[{'key':'ecs-operator.io/owner',"
                    + "'value':'k8s/shop/EcsTask/web'}]"));

    AttemptStatus found = ((Decision.Done<EcsTaskStatus>) decision).status().current();
    assertThat(found.cluster()).isEqualTo(CLUSTER);
    assertThat(found.taskDefinition()).isEqualTo(REVISION);
    assertThat(found.taskArns()).containsExactly("arn:aws:ecs:eu-central-1:1:task/main/1");
  }

  @Test
  void attemptWhoseTokenEcsMayHaveForgottenIsNotRun() {
    time.advance(Duration.ofHours(2));

    Decision<EcsTaskStatus> decision =
        plan(
            restored(
                "{'attempt':1,'clientToken':'"
                    + TOKEN
                    + "','clientTokenSentAt':'2026-01-01T00:00:00Z',"
                    + FORGED
                    + "}"));

    assertThat(readyState(decision)).isEqualTo("Stalled/OutcomeUnknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'attempt':0",
        "'attempt':-1",
        "'attempt':1,'clientToken':'mine'",
        "'attempt':1,'clientToken':'ci-pipeline/1/0'"
      })
  void recordThatTheOperatorNeverWritesIsIgnored(String attempt) {
    assertThat(restored("{" + attempt + "," + FORGED + "}")).isEqualTo(EcsTaskStatus.unknown());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1000000000-12-31T23:59:59.999999999Z",
        "+1000000000-12-31T23:59:58Z",
        "+10000-01-01T00:00:00Z",
        "-1000000000-01-01T00:00:00Z"
      })
  void recordWithATimeThatNoTaskCanHaveIsIgnored(String time) {
    String begun = "{'attempt':1,'clientToken':'" + TOKEN + "','phase':'Pending',";

    assertThat(restored(begun + "'firstStartedAt':'" + time + "'}"))
        .isEqualTo(EcsTaskStatus.unknown());
    assertThat(
            restored(
                begun
                    + "'firstStartedAt':'2026-01-01T00:00:00Z','clientTokenSentAt':'"
                    + time
                    + "'}"))
        .isEqualTo(EcsTaskStatus.unknown());
    assertThat(
            restored(
                "{'attempt':1,'phase':'Succeeded','firstStartedAt':'2026-01-01T00:00:00Z',"
                    + "'finishedAt':'"
                    + time
                    + "'}"))
        .isEqualTo(EcsTaskStatus.unknown());
  }

  private EcsTaskStatus restored(String json) {
    return record.restore(EcsTaskStatus.unknown(), tree(json).toString());
  }

  private Decision<EcsTaskStatus> plan(EcsTaskStatus status) {
    return plan(status, observation(List.of()));
  }

  private Decision<EcsTaskStatus> plan(EcsTaskStatus status, TestObservation observation) {
    Wanted once = Wanted.task("{'launchType':'FARGATE'}");
    return planner.plan(once.context(status, time.instant()), observation.of(once.desired()));
  }

  private static TestObservation observed(String more) {
    return observation(
        List.of(
            new Observation.Present(
                tree(
                    "{'taskArn':'arn:aws:ecs:eu-central-1:1:task/main/1','clusterArn':'"
                        + CLUSTER
                        + "','taskDefinitionArn':'"
                        + REVISION
                        + "','lastStatus':'RUNNING','desiredStatus':'RUNNING',"
                        + more
                        + "}"))));
  }

  private static TestObservation observation(List<Observation> tasks) {
    return new TestObservation(
        new TestReferences.Resolved(CLUSTER),
        Optional.of(new TestReferences.Resolved(REVISION)),
        tasks,
        Optional.empty(),
        Optional.empty());
  }
}
