package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.FailedTask;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.kinds.service.ServiceObservation.Newest;
import io.ecsoperator.operator.status.StopReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds out why a rollout does not go as it should; asked only where there is trouble. */
final class RolloutDiagnostics {
  private static final int MAX_FAILED_TASKS = 5;

  /**
   * The service's newest deployment, and why ECS took it back if it did.
   *
   * @throws AwsFailure when ECS cannot be asked now
   */
  Optional<Newest> newest(EcsReader ecs, JsonNode service) {
    try {
      ObjectNode request =
          JsonNodeFactory.instance
              .objectNode()
              .put("service", service.path("serviceArn").asText())
              .put("cluster", service.path("clusterArn").asText());
      return ecs.query("ListServiceDeployments", request)
          .path("serviceDeployments")
          .valueStream()
          .max(Comparator.comparing(deployment -> deployment.path("createdAt").decimalValue()))
          .map(
              deployment ->
                  new Newest(
                      deployment.path("serviceDeploymentArn").asText(), rolledBack(deployment)));
    } catch (AwsFailure failure) {
      if (failure.failureClass() != FailureClass.BLOCKED) {
        throw failure;
      }
      // Not allowed, or not there in this endpoint: the deployment itself says it less precisely.
      JsonNode primary = ServiceStatusMapper.primary(service);
      return Optional.of(
          new Newest(
              primary.path("id").asText(),
              Optional.of(primary.path("rolloutStateReason").asText())
                  .filter(reason -> reason.contains("rolling back"))));
    }
  }

  private static Optional<String> rolledBack(JsonNode deployment) {
    return isTakenBack(deployment)
        ? Optional.of(
            deployment
                .path("statusReason")
                .asText("service deployment " + deployment.path("status").asText()))
        : Optional.empty();
  }

  private static boolean isTakenBack(JsonNode deployment) {
    return switch (deployment.path("status").asText()) {
      case "ROLLBACK_REQUESTED",
          "ROLLBACK_IN_PROGRESS",
          "ROLLBACK_SUCCESSFUL",
          "ROLLBACK_FAILED",
          "STOP_REQUESTED",
          "STOPPED" ->
          true;
      default -> false;
    };
  }

  /** The tasks that stopped last, with ECS's reasons; none where ECS cannot be asked. */
  List<FailedTask> failedTasks(EcsReader ecs, JsonNode service) {
    String cluster = service.path("clusterArn").asText();
    ObjectNode request =
        JsonNodeFactory.instance
            .objectNode()
            .put("cluster", cluster)
            .put("serviceName", service.path("serviceName").asText())
            .put("desiredStatus", "STOPPED")
            .put("maxResults", MAX_FAILED_TASKS);
    List<FailedTask> failed = new ArrayList<>();
    try {
      for (JsonNode arn : ecs.query("ListTasks", request).path("taskArns")) {
        if (ecs.read(ResourceRef.inCluster("task", cluster, arn.asText()), Freshness.NOW)
            instanceof Observation.Present(ObjectNode task)) {
          describe(task).ifPresent(failed::add);
        }
      }
    } catch (AwsFailure failure) {
      // The reasons are an extra: what the deployment itself says is reported all the same.
      return List.of();
    }
    return failed;
  }

  private static Optional<FailedTask> describe(JsonNode task) {
    String stopCode = task.path("stopCode").asText();
    if (stopCode.equals("ServiceSchedulerInitiated") || stopCode.equals("UserInitiated")) {
      return Optional.empty();
    }
    return Optional.of(
        new FailedTask(task.path("taskArn").asText(), stopCode, StopReason.of(task)));
  }
}
