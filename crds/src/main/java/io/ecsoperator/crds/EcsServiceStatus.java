package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record EcsServiceStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status that ECS gives: ACTIVE, DRAINING or INACTIVE.") String status,
    @Description("ARN of the cluster that the service is in.") String clusterArn,
    @Description("When ECS created the service, RFC 3339.") String createdAt,
    @Description("How often this object created the service; part of the client token.")
        Integer creations,
    @Description("ARN of the task definition revision that the service is told to run.")
        String taskDefinition,
    @Description("Tasks that ECS is told to run.") Integer desiredCount,
    @Description("Tasks that are running.") Integer runningCount,
    @Description("Tasks that are on their way to running.") Integer pendingCount,
    @Description("Running and desired tasks, for people to read.") String tasks,
    @Description("Selector of the scale subresource; unique, and matches no pod.") String selector,
    @Description("Id of the primary deployment.") String deploymentId,
    @Description("State of the primary deployment: IN_PROGRESS, COMPLETED or FAILED.")
        String rolloutState,
    @Description("Generation of the spec whose rollout has completed.") Long completedGeneration,
    @Description("When the rollout last made progress, RFC 3339.") String lastProgressAt,
    @Description("Why tasks of the deployment failed; 5 at most.") List<FailedTask> failedTasks,
    @Description("Last value of the annotation redeploy-requested-at that was acted on.")
        String lastHandledRedeployAt)
    implements EcsStatus {

  /** The end of {@link #taskDefinition()}: derived, because a printer column cannot cut an ARN. */
  @Description("Family and number of the revision that the service is told to run.")
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public String revision() {
    return taskDefinition == null
        ? null
        : taskDefinition.substring(taskDefinition.lastIndexOf('/') + 1);
  }
}
