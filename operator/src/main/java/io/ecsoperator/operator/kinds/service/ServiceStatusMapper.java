package io.ecsoperator.operator.kinds.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.ObservedService;
import io.ecsoperator.crds.service.RolloutStatus;
import io.ecsoperator.operator.status.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** What a described service tells. */
final class ServiceStatusMapper {
  private ServiceStatusMapper() {}

  /** ECS describes a deleted service as INACTIVE for a while. */
  static boolean isThere(ObjectNode service) {
    return !service.path("status").asText().equals("INACTIVE");
  }

  static JsonNode primary(JsonNode service) {
    for (JsonNode deployment : service.path("deployments")) {
      if (deployment.path("status").asText().equals("PRIMARY")) {
        return deployment;
      }
    }
    return MissingNode.getInstance();
  }

  /** The status with what ECS says of the service. */
  static EcsServiceStatus map(EcsServiceStatus status, JsonNode service, Instant now) {
    ObservedService observed = observed(service, status.observed());
    boolean created = !Objects.equals(observed.createdAt(), status.observed().createdAt());
    int createAttempts = Optional.ofNullable(status.createAttempts()).orElse(0) + (created ? 1 : 0);
    return new EcsServiceStatus(
        status.common().withArn(service.path("serviceArn").asText()),
        observed,
        progress(status, observed, primary(service), now),
        service.path("clusterArn").asText(),
        createAttempts,
        status.selector());
  }

  private static ObservedService observed(JsonNode service, ObservedService before) {
    JsonNode primary = primary(service);
    int desired = desiredCount(service, before);
    int running = service.path("runningCount").asInt();
    return new ObservedService(
        service.path("status").asText(),
        Timestamps.rfc3339(service.path("createdAt")).orElse(null),
        service.path("taskDefinition").asText(null),
        desired,
        running,
        service.path("pendingCount").asInt(),
        running + "/" + desired,
        primary.path("id").asText(null),
        primary.path("rolloutState").asText(null));
  }

  /** What is being deleted has a count of 0; what counts for a successor is the one before. */
  private static int desiredCount(JsonNode service, ObservedService before) {
    return service.path("status").asText().equals("DRAINING") && before.desiredCount() != null
        ? before.desiredCount()
        : service.path("desiredCount").asInt();
  }

  /** Progress is a new deployment, or more of its tasks running than ever before. */
  private static RolloutStatus progress(
      EcsServiceStatus before, ObservedService observed, JsonNode primary, Instant now) {
    RolloutStatus rollout = before.rollout();
    int running = primary.path("runningCount").asInt(observed.runningCount());
    boolean newDeployment =
        rollout.peakRunningTasks() == null
            || rollout.lastProgressAt() == null
            || !Objects.equals(observed.deploymentId(), before.observed().deploymentId());
    return newDeployment || running > rollout.peakRunningTasks()
        ? rollout.withProgress(running, now.truncatedTo(ChronoUnit.SECONDS).toString())
        : rollout;
  }
}
