package io.ecsoperator.operator.kinds.service;

import static io.ecsoperator.operator.Trees.tree;
import static io.ecsoperator.operator.kinds.service.ServiceJson.REVISION_1;
import static io.ecsoperator.operator.kinds.service.ServiceJson.steady;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.FakeReader;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import java.util.Optional;
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
                    + "{'serviceDeploymentArn':'new','createdAt':2.5,'status':'"
                    + status
                    + "','statusReason':'because'},"
                    + "{'serviceDeploymentArn':'older','createdAt':0.5,'status':'STOPPED'}]}"));

    assertThat(diagnostics.newest(reader, service(steady())))
        .contains(new Newest("new", rolledBack ? Optional.of("because") : Optional.empty()));
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
        .contains(new Newest("ecs-svc/1", Optional.empty()));
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
    assertThat(diagnostics.failedTasks(reader, service(steady()))).isEmpty();
  }

  @Test
  void tasksThatFailedAreNamedAndThoseThatWereStoppedAreNot() {
    reader
        .answers((operation, request) -> tree("{'taskArns':['a','b','c']}"))
        .shows(
            "a",
            new Observation.Present(
                tree(
                    "{'taskArn':'a','stopCode':'EssentialContainerExited',"
                        + "'stoppedReason':'Essential container in task exited',"
                        + "'containers':[{'name':'app','exitCode':1}]}")))
        .shows(
            "b",
            new Observation.Present(
                tree("{'taskArn':'b','stopCode':'ServiceSchedulerInitiated'}")));

    assertThat(
            diagnostics.failedTasks(
                reader, service(steady().deployment("ecs-svc/2", REVISION_1, "IN_PROGRESS", 0))))
        .containsExactly(
            new FailedTask(
                "a",
                "EssentialContainerExited",
                "Essential container in task exited; app exited with 1"));
  }

  private static DescribedService service(ServiceJson service) {
    return new DescribedService(service.json());
  }

  private static AwsFailure failure(FailureClass failureClass) {
    return AwsFailure.of("ListServiceDeployments", failureClass, "Code", "no");
  }
}
