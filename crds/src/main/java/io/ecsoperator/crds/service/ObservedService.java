package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.ecsoperator.crds.Description;

/** What ECS says of a service. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObservedService(
    @Description("Status that ECS gives: ACTIVE, DRAINING or INACTIVE.") String status,
    @Description("When ECS created the service, RFC 3339.") String createdAt,
    @Description("ARN of the task definition revision that the service is told to run.")
        String taskDefinition,
    @Description("Tasks that ECS is told to run.") Integer desiredCount,
    @Description("Tasks that are running.") Integer runningCount,
    @Description("Tasks that are on their way to running.") Integer pendingCount,
    @Description("Running and desired tasks, for people to read.") String tasks,
    @Description("Id of the primary deployment.") String deploymentId,
    @Description("State of the primary deployment: IN_PROGRESS, COMPLETED or FAILED.")
        String rolloutState) {

  /** The end of {@link #taskDefinition()}: derived, because a printer column cannot cut an ARN. */
  @Description("Family and number of the revision that the service is told to run.")
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public String revision() {
    return taskDefinition == null
        ? null
        : taskDefinition.substring(taskDefinition.lastIndexOf('/') + 1);
  }

  /** Nothing known yet. */
  public static ObservedService unknown() {
    return new ObservedService(null, null, null, null, null, null, null, null, null);
  }
}
