package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import java.util.List;

/** How the rollout of a service goes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RolloutStatus(
    @Description("Hash of what the last rollout was asked for; tells a roll-back from drift.")
        String requestHash,
    @Description("Deployment that was the newest before; that ECS took it back is past.")
        String previousDeployment,
    @Description("Most tasks of the primary deployment that ran at once.") Integer peakRunningTasks,
    @Description("When the rollout last made progress, RFC 3339.") String lastProgressAt,
    @Description("Generation of the spec whose rollout has completed.") Long completedGeneration,
    @Description("Why tasks of the deployment failed; 5 at most.") List<FailedTask> failedTasks,
    @Description("Last value of the annotation redeploy-requested-at that was acted on.")
        String lastHandledRedeployAt) {

  /** Nothing known yet. */
  public static RolloutStatus unknown() {
    return new RolloutStatus(null, null, null, null, null, null, null);
  }

  /**
   * A rollout is about to be asked for, perhaps again; its progress is measured from then on.
   *
   * @param newest the newest deployment so far; null where there is none
   */
  public RolloutStatus begun(String requestHash, String newest) {
    return new RolloutStatus(
        requestHash,
        requestHash.equals(this.requestHash) ? previousDeployment : newest,
        null,
        null,
        completedGeneration,
        null,
        lastHandledRedeployAt);
  }

  /** What was asked for had no effect, as if it had not been asked for. */
  public RolloutStatus withdrawn() {
    return new RolloutStatus(
        null,
        null,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        lastHandledRedeployAt);
  }

  /** As it is, but its progress is measured anew. */
  public RolloutStatus withoutProgress() {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        null,
        null,
        completedGeneration,
        failedTasks,
        lastHandledRedeployAt);
  }

  public RolloutStatus withProgress(int peakRunningTasks, String lastProgressAt) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        lastHandledRedeployAt);
  }

  /** The rollout that the spec of a generation asked for has completed. */
  public RolloutStatus completed(long generation) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        peakRunningTasks,
        lastProgressAt,
        generation,
        null,
        lastHandledRedeployAt);
  }

  public RolloutStatus withFailedTasks(List<FailedTask> failedTasks) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks.isEmpty() ? null : failedTasks,
        lastHandledRedeployAt);
  }

  public RolloutStatus withRedeployHandled(String redeploy) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        redeploy);
  }
}
