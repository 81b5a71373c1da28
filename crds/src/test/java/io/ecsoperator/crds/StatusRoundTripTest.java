package io.ecsoperator.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ecsoperator.crds.service.EcsService;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.RolloutStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.ObservedTask;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusRoundTripTest {
  private final KubernetesSerialization kubernetes =
      new KubernetesSerialization(new ObjectMapper(), false);

  @Test
  void aStatusReadsBackAsWritten() {
    EcsService service = new EcsService();
    service.setStatus(
        EcsServiceStatus.unknown()
            .withCommon(
                CommonStatus.unknown()
                    .withArn("arn:aws:ecs:us-east-1:123456789012:service/demo/web")
                    .withAppliedPaths(List.of("desiredCount")))
            .withRollout(RolloutStatus.unknown().withProgress(2, "2026-01-01T00:00:00Z"))
            .withSelector("a=b"));

    EcsService read = kubernetes.unmarshal(kubernetes.asJson(service), EcsService.class);

    assertThat(read.getStatus()).isEqualTo(service.getStatus());
  }

  @Test
  void unknownMembersAreIgnored() {
    EcsTask task =
        kubernetes.unmarshal(
            """
            {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsTask",
             "metadata": {"name": "x"},
             "status": {"observedGeneration": -1, "phase": "Running", "invented": {"a": 1}}}
            """,
            EcsTask.class);

    assertThat(task.getStatus().phase()).isEqualTo("Running");
    assertThat(task.getStatus().common().observedGeneration()).isEqualTo(-1L);
    assertThat(task.getStatus().observed()).isEqualTo(ObservedTask.unknown());
  }

  @Test
  void whatOnlyTheOperatorNeedsIsInOneMemberAtTheEnd() throws JsonProcessingException {
    EcsServiceStatus status =
        EcsServiceStatus.unknown()
            .withCommon(CommonStatus.unknown().withAppliedPaths(List.of("desiredCount")))
            .withRollout(RolloutStatus.unknown().begun("v1-abc", "ecs-svc/1"))
            .withSelector("a=b");

    assertThat(new ObjectMapper().writeValueAsString(status))
        .isEqualTo(
            """
            {"selector":"a=b","internal":{"appliedPaths":["desiredCount"],\
            "requestHash":"v1-abc","previousDeployment":"ecs-svc/1"}}""");
  }

  @Test
  void internalMembersAreReadWhereEarlierBuildsWroteThem() {
    EcsTask task =
        kubernetes.unmarshal(
            """
            {"apiVersion": "ecs-operator.io/v1alpha1", "kind": "EcsTask",
             "metadata": {"name": "x"}, "status": {"attempt": 1, "clientToken": "abc"}}
            """,
            EcsTask.class);

    assertThat(task.getStatus().current().clientToken()).isEqualTo("abc");
  }
}
