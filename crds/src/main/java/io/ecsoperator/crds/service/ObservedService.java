package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

/** A service as ECS describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObservedService(
    @Description("Status in ECS: ACTIVE, DRAINING or INACTIVE.") @Nullable String status,
    @Description("When ECS created the service, RFC 3339.") @Nullable String createdAt,
    @Description("ARN of the task definition revision that the service runs or rolls out.")
        @Nullable String taskDefinition,
    @Description(
            "Family and number of the revision that runs: during a rollout that of most running tasks.")
        @Nullable String revision,
    @Description("Number of tasks that ECS should run.") @Nullable Integer desiredCount,
    @Description("Number of running tasks.") @Nullable Integer runningCount,
    @Description("Number of pending tasks.") @Nullable Integer pendingCount,
    @Description("Id of the primary deployment.") @Nullable String deploymentId,
    @Description("State of the primary deployment: IN_PROGRESS, COMPLETED or FAILED.")
        @Nullable String rolloutState) {

  /** Both counts, because a printer column has one value. */
  @Description("Running and desired tasks as one text.")
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public @Nullable String tasks() {
    return runningCount == null ? null : runningCount + "/" + desiredCount;
  }

  /** A service that ECS has not described yet. */
  public static ObservedService unknown() {
    return new ObservedService(null, null, null, null, null, null, null, null, null);
  }
}
