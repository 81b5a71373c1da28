package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.Internal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The progress of the rollout of a service. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RolloutStatus(
    @Internal
        @Description(
            "Hash of the request of the last rollout; it distinguishes a rollback by ECS from"
                + " drift.")
        @Nullable String requestHash,
    @Internal
        @Description(
            "Newest deployment before the last rollout; a rollback of it counts no longer.")
        @Nullable String previousDeployment,
    @Internal
        @Description("Id of the deployment that the last rollout started, once ECS has answered.")
        @Nullable String requestedDeployment,
    @Internal @Description("Highest number of tasks of the primary deployment that ran at once.")
        @Nullable Integer peakRunningTasks,
    @Description("When the rollout last made progress, RFC 3339.") @Nullable String lastProgressAt,
    @Internal @Description("Generation of the spec whose rollout has completed.")
        @Nullable Long completedGeneration,
    @Description("Failed tasks of the deployment, newest first; at most 5.")
        @Nullable List<FailedTask> failedTasks,
    @Description("PAUSE hook that the deployment waits at for an action.")
        @Nullable PauseHook pauseHook,
    @Description("Last value of the annotation redeploy-requested-at that the operator acted on.")
        @Nullable String lastHandledRedeployAt) {

  /** The status before the first rollout. */
  public static RolloutStatus unknown() {
    return new RolloutStatus(null, null, null, null, null, null, null, null, null);
  }

  /**
   * The status with which a rollout is requested; its progress counts from then on. The same
   * request whose answer was lost may be repeated: what was the newest deployment before it, stays.
   *
   * @param newest the newest deployment so far; null if there is none
   */
  public RolloutStatus begun(String requestHash, @Nullable String newest) {
    boolean unanswered = requestHash.equals(this.requestHash) && requestedDeployment == null;
    return new RolloutStatus(
        requestHash,
        unanswered && previousDeployment != null ? previousDeployment : newest,
        null,
        null,
        null,
        completedGeneration,
        null,
        null,
        lastHandledRedeployAt);
  }

  /**
   * The status once ECS serves another request than the last one without a rollout, as after that
   * one was rolled back and taken back. The last one is forgotten, so that it can be tried again.
   *
   * @param deployment the one that serves the request, once it has completed
   */
  public RolloutStatus served(String requestHash, @Nullable String deployment) {
    return withRequest(requestHash, null, deployment);
  }

  /** The status once it is known which deployment the request started. */
  public RolloutStatus started(@Nullable String deployment) {
    return withRequest(requestHash, previousDeployment, deployment);
  }

  private RolloutStatus withRequest(
      @Nullable String requestHash,
      @Nullable String previousDeployment,
      @Nullable String requestedDeployment) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        pauseHook,
        lastHandledRedeployAt);
  }

  /** The same status with progress that counts from the start again. */
  public RolloutStatus withoutProgress() {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        null,
        null,
        completedGeneration,
        failedTasks,
        pauseHook,
        lastHandledRedeployAt);
  }

  public RolloutStatus withProgress(int peakRunningTasks, String lastProgressAt) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        pauseHook,
        lastHandledRedeployAt);
  }

  /** The status after the rollout for a generation of the spec has completed. */
  public RolloutStatus completed(long generation) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        generation,
        null,
        null,
        lastHandledRedeployAt);
  }

  public RolloutStatus withFailedTasks(List<FailedTask> failedTasks) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks.isEmpty() ? null : failedTasks,
        pauseHook,
        lastHandledRedeployAt);
  }

  public RolloutStatus withRedeployHandled(String redeploy) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        pauseHook,
        redeploy);
  }

  /**
   * @param pauseHook empty if the deployment does not wait
   */
  public RolloutStatus withPauseHook(Optional<PauseHook> pauseHook) {
    return new RolloutStatus(
        requestHash,
        previousDeployment,
        requestedDeployment,
        peakRunningTasks,
        lastProgressAt,
        completedGeneration,
        failedTasks,
        pauseHook.orElse(null),
        lastHandledRedeployAt);
  }
}
