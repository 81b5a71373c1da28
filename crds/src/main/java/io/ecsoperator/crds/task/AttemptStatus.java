package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.Internal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The current attempt of a task, recorded before RunTask is called so that it runs only once. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AttemptStatus(
    @Description("Number of the current attempt, from 1.") @Nullable Integer attempt,
    @Internal
        @Description("Client token of the current attempt, recorded before RunTask is called.")
        @Nullable String clientToken,
    @Internal
        @Description(
            "When RunTask was first called with the client token, RFC 3339; ECS keeps a token for a limited time.")
        @Nullable String clientTokenSentAt,
    @Description("Cluster that the attempt runs in.") @Nullable String cluster,
    @Description("Task definition that the attempt runs.") @Nullable String taskDefinition,
    @Description("When the attempt began, RFC 3339.") @Nullable String attemptStartedAt,
    @Description("ARNs of the tasks of the attempt; one unless spec.count is higher.")
        @Nullable List<String> taskArns,
    @Description("Why ECS started fewer tasks than spec.count.") @Nullable String placementFailure,
    @Internal
        @Description("How often ECS had no capacity for the attempt; part of the client token.")
        @Nullable Integer placementFailures) {

  /** The status before the first attempt. */
  public static AttemptStatus none() {
    return new AttemptStatus(null, null, null, null, null, null, null, null, null);
  }

  /** A new attempt, before any call to ECS. */
  public static AttemptStatus of(
      int attempt, String cluster, String taskDefinition, String attemptStartedAt) {
    return new AttemptStatus(
        attempt, null, null, cluster, taskDefinition, attemptStartedAt, null, null, null);
  }

  /**
   * Whether the attempt keeps its cluster and its task definition: ECS has accepted it, or may
   * have, or it repeats one that ECS accepted.
   */
  @JsonIgnore
  public boolean isPinned() {
    return attempt != null
        && cluster != null
        && taskDefinition != null
        && (attempt > 1 || clientToken != null || taskArns != null);
  }

  /** The same attempt with its cluster and its task definition. */
  public AttemptStatus repinned(String cluster, String taskDefinition) {
    return new AttemptStatus(
        attempt,
        clientToken,
        clientTokenSentAt,
        cluster,
        taskDefinition,
        attemptStartedAt,
        taskArns,
        placementFailure,
        placementFailures);
  }

  /** RunTask is about to be called with a token. */
  public AttemptStatus sending(String clientToken, String clientTokenSentAt) {
    return withClientToken(clientToken, clientTokenSentAt);
  }

  /** RunTask is called with the token later. */
  public AttemptStatus notSent() {
    return withClientToken(clientToken, null);
  }

  /** RunTask was never carried out with the token. */
  public AttemptStatus withoutClientToken() {
    return withClientToken(null, null);
  }

  private AttemptStatus withClientToken(
      @Nullable String clientToken, @Nullable String clientTokenSentAt) {
    return new AttemptStatus(
        attempt,
        clientToken,
        clientTokenSentAt,
        cluster,
        taskDefinition,
        attemptStartedAt,
        taskArns,
        placementFailure,
        placementFailures);
  }

  /** What decides whether the attempt runs again, without where and what it ran. */
  public AttemptStatus unpinned() {
    return new AttemptStatus(
        attempt,
        clientToken,
        clientTokenSentAt,
        null,
        null,
        attemptStartedAt,
        null,
        null,
        placementFailures);
  }

  /**
   * ECS has started the tasks.
   *
   * @param revision that they run, where ECS names it: a family alone is another revision later
   */
  public AttemptStatus started(
      List<String> taskArns, Optional<String> revision, @Nullable String placementFailure) {
    return new AttemptStatus(
        attempt,
        clientToken,
        clientTokenSentAt,
        cluster,
        revision.orElse(taskDefinition),
        attemptStartedAt,
        taskArns,
        placementFailure,
        placementFailures);
  }

  /** ECS had no capacity: the next RunTask call is a new one and needs another client token. */
  public AttemptStatus notPlaced() {
    return new AttemptStatus(
        attempt,
        null,
        null,
        cluster,
        taskDefinition,
        attemptStartedAt,
        null,
        null,
        placementFailures == null ? 1 : placementFailures + 1);
  }
}
