package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_2;
import static io.ecsoperator.operator.kinds.service.ServiceJson.steady;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.TaskLog;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.crds.service.PauseHook;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutDiagnosticsTest {
  private final FakeReader reader = new FakeReader();
  private final RolloutDiagnostics diagnostics = new RolloutDiagnostics();

  @ParameterizedTest
  @CsvSource({
    "PENDING,              false",
    "IN_PROGRESS,          false",
    "SUCCESSFUL,           false",
    "STOP_REQUESTED,       true",
    "STOPPED,              true",
    "ROLLBACK_REQUESTED,   true",
    "ROLLBACK_IN_PROGRESS, true",
    "ROLLBACK_SUCCESSFUL,  true",
    "ROLLBACK_FAILED,      true"
  })
  void newestDeploymentSaysWhetherEcsRolledItBack(String status, boolean rolledBack) {
    reader.answers(
        (operation, request) ->
            tree(
                "{'serviceDeployments':["
                    + "{'serviceDeploymentArn':'old','createdAt':1,'status':'STOPPED'},"
                    + "{'serviceDeploymentArn':'new','createdAt':2.5,'targetServiceRevisionArn':'arn:aws:ecs:eu-central-1:1:service-revision/main/web/9','status':'"
                    + status
                    + "','statusReason':'because'},"
                    + "{'serviceDeploymentArn':'older','createdAt':0.5,'status':'STOPPED'}]}"));

    assertThat(diagnostics.newest(reader, service(steady())))
        .contains(
            new Newest("new", "ecs-svc/9", rolledBack ? Optional.of("because") : Optional.empty()));
  }

  @Test
  void primaryDeploymentIsUsedWithoutPermission() {
    reader.answers(
        (operation, request) -> {
          throw failure(FailureClass.BLOCKED);
        });
    ObjectNode rollingBack = steady().json().deepCopy();
    ((ObjectNode) rollingBack.at("/deployments/0"))
        .put("rolloutStateReason", "circuit breaker: rolling back to deploymentId ecs-svc/1.");

    assertThat(diagnostics.newest(reader, service(steady())))
        .contains(new Newest("ecs-svc/1", "ecs-svc/1", Optional.empty()));
    assertThat(
            diagnostics
                .newest(reader, new DescribedService(rollingBack))
                .flatMap(Newest::rolledBack))
        .isPresent();
  }

  @Test
  void failedReadIsNoAnswer() {
    reader.answers(
        (operation, request) -> {
          throw failure(FailureClass.THROTTLED);
        });

    assertThatThrownBy(() -> diagnostics.newest(reader, service(steady())))
        .isInstanceOf(AwsFailure.class);
    assertThat(diagnostics.failedTasks(reader, service(steady()), "ecs-svc/1")).isEmpty();
  }

  @Test
  void theFailedTasksOfTheDeploymentAreNamedNewestFirst() {
    reader
        .answers(
            (operation, request) ->
                switch (operation) {
                  case "ListTasks" -> tree("{'taskArns':['a','b','c','d']}");
                  case "DescribeTasks" ->
                      tree(
                          "{'tasks':["
                              + task("a", "ecs-svc/2", "EssentialContainerExited", 10)
                              + ","
                              + task("b", "ecs-svc/2", "ServiceSchedulerInitiated", 11)
                              + ","
                              + task("c", "ecs-svc/1", "EssentialContainerExited", 12)
                              + ","
                              + task("d", "ecs-svc/2", "TaskFailedToStart", 13)
                              + "]}");
                  default -> throw new AssertionError(operation);
                })
        .shows(
            REVISION_2,
            new Observation.Present(
                tree(
                    "{'containerDefinitions':[{'name':'app','logConfiguration':{'logDriver':"
                        + "'awslogs','options':{'awslogs-group':'/shop','awslogs-stream-prefix':"
                        + "'web'}}}]}")));

    List<FailedTask> failed =
        diagnostics.failedTasks(
            reader,
            service(steady().deployment("ecs-svc/2", REVISION_2, "IN_PROGRESS", 0)),
            "ecs-svc/2");

    assertThat(failed).extracting(FailedTask::taskArn).containsExactly(arn("d"), arn("a"));
    assertThat(failed.getLast())
        .isEqualTo(
            new FailedTask(
                arn("a"),
                "web:2",
                "nginx:bad",
                "EssentialContainerExited",
                1,
                "Essential container in task exited; app exited with 1",
                "1970-01-01T00:00:10Z",
                new TaskLog("/shop", "web/app/a")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EssentialContainerExited  | Essential container in task exited | true",
        "TaskFailedToStart         | CannotPullContainerError: not found | true",
        "ServiceSchedulerInitiated | Task failed ELB health checks in (target-group arn:aws:tg) | true",
        "ServiceSchedulerInitiated | Task failed container health checks | true",
        "ServiceSchedulerInitiated | Scaling activity initiated by (deployment ecs-svc/2) | false",
        "UserInitiated             | Task stopped by hand | false",
        "SpotInterruption          | Your Spot Task was interrupted. | false",
        "TerminationNotice         | The instance terminates. | false",
      })
  void onlyATaskThatEndsByWhatItRunsHasFailed(String stopCode, String reason, boolean failed) {
    ObjectNode task = tree(task("a", "ecs-svc/2", stopCode, 10)).put("stoppedReason", reason);

    assertThat(new StoppedTask(task).hasFailed()).isEqualTo(failed);
  }

  @Test
  void aStoppedTaskIsDescribedOnce() {
    List<String> described = new ArrayList<>();
    List<String> listed = new ArrayList<>(List.of(arn("a"), arn("b")));
    String stopped = ",'lastStatus':'STOPPED'}";
    Map<String, String> tasks =
        Map.of(
            arn("a"),
            task("a", "ecs-svc/2", "EssentialContainerExited", 10).replaceFirst("}$", stopped),
            arn("b"),
            task("b", "ecs-svc/2", "EssentialContainerExited", 11),
            arn("c"),
            task("c", "ecs-svc/2", "EssentialContainerExited", 12).replaceFirst("}$", stopped));
    reader.answers(
        (operation, request) ->
            switch (operation) {
              case "ListTasks" -> tree("{'taskArns':['" + String.join("','", listed) + "']}");
              case "DescribeTasks" -> {
                List<String> asked =
                    request.path("tasks").valueStream().map(JsonNode::asText).toList();
                described.addAll(asked);
                yield tree(
                    "{'tasks':["
                        + asked.stream().map(tasks::get).collect(Collectors.joining(","))
                        + "]}");
              }
              default -> throw new AssertionError(operation);
            });
    DescribedService service =
        service(steady().deployment("ecs-svc/2", REVISION_2, "IN_PROGRESS", 0));
    diagnostics.failedTasks(reader, service, "ecs-svc/2");
    listed.add(arn("c"));
    described.clear();

    List<FailedTask> failed = diagnostics.failedTasks(reader, service, "ecs-svc/2");

    // The task b is still to stop, so its reason may change.
    assertThat(described).containsExactly(arn("b"), arn("c"));
    assertThat(failed)
        .extracting(FailedTask::taskArn)
        .containsExactly(arn("c"), arn("b"), arn("a"));
    assertThat(diagnostics.failedTasks(reader, service, "ecs-svc/3")).isEmpty();
  }

  @Test
  void theNewestDeploymentIsFoundOnAnyPage() {
    String deployment =
        "{'serviceDeployments':[{'serviceDeploymentArn':'arn:%1$s','targetServiceRevisionArn':"
            + "'arn:aws:ecs:eu-central-1:1:service-revision/main/web/%1$s','createdAt':%1$s,"
            + "'status':'SUCCESSFUL'}]%2$s}";
    reader.answers(
        (operation, request) ->
            tree(
                switch (request.path("nextToken").asText()) {
                  case "" -> deployment.formatted(1, ",'nextToken':'two'");
                  case "two" -> deployment.formatted(3, ",'nextToken':'three'");
                  default -> deployment.formatted(2, "");
                }));

    assertThat(diagnostics.newest(reader, service(steady())).map(Newest::arn)).contains("arn:3");
  }

  @Test
  void theHookThatADeploymentWaitsAtIsRead() {
    reader.answers(
        (operation, request) ->
            tree(
                "{'serviceDeployments':[{'serviceDeploymentArn':'arn:d','lifecycleStage':"
                    + "'PRE_SCALE_UP','lifecycleHookDetails':["
                    + "{'hookId':'1','targetType':'AWS_LAMBDA','status':'SUCCEEDED'},"
                    + "{'hookId':'2','targetType':'PAUSE','status':'AWAITING_ACTION',"
                    + "'expiresAt':36000,'timeoutAction':'ROLLBACK'}]}]}"));

    assertThat(
            diagnostics.pauseHook(
                reader, service(steady().set("'currentServiceDeployment':'arn:d'"))))
        .contains(new PauseHook("2", "PRE_SCALE_UP", "1970-01-01T10:00:00Z", "ROLLBACK", "arn:d"));
  }

  private static String arn(String id) {
    return "arn:aws:ecs:eu-central-1:1:task/main/" + id;
  }

  private static String task(String id, String startedBy, String stopCode, int stoppedAt) {
    return "{'taskArn':'"
        + arn(id)
        + "','taskDefinitionArn':'"
        + REVISION_2
        + "','startedBy':'"
        + startedBy
        + "','stopCode':'"
        + stopCode
        + "','stoppedAt':"
        + stoppedAt
        + ",'stoppedReason':'Essential container in task exited',"
        + "'containers':[{'name':'app','image':'nginx:bad','exitCode':1}]}";
  }

  private static DescribedService service(ServiceJson service) {
    return new DescribedService(service.json());
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("ListServiceDeployments", failureClass, "Code", "no");
  }
}
