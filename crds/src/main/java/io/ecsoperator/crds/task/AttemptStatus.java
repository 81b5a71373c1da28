package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import java.util.List;

/** The current attempt of a task: pinned before RunTask is called, so that it runs only once. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AttemptStatus(
    @Description("Number of the current attempt, from 1.") Integer attempt,
    @Description("Client token of the current attempt, recorded before RunTask is called.")
        String clientToken,
    @Description("Cluster that the attempt runs in.") String cluster,
    @Description("Task definition that the attempt runs.") String taskDefinition,
    @Description("When the attempt was begun, RFC 3339.") String attemptStartedAt,
    @Description("ARNs of the tasks of the attempt; one, unless the spec's count asks for more.")
        List<String> taskArns,
    @Description("Why ECS could not start as many tasks as the spec's count asks for.")
        String placementFailure,
    @Description("How often ECS had no room for the attempt; part of the client token.")
        Integer placementFailures) {

  /** None yet. */
  public static AttemptStatus none() {
    return new AttemptStatus(null, null, null, null, null, null, null, null);
  }

  /** The first look at an attempt, before anything is asked of ECS. */
  public static AttemptStatus of(
      int attempt, String cluster, String taskDefinition, String attemptStartedAt) {
    return new AttemptStatus(
        attempt, null, cluster, taskDefinition, attemptStartedAt, null, null, null);
  }

  public AttemptStatus withClientToken(String clientToken) {
    return new AttemptStatus(
        attempt,
        clientToken,
        cluster,
        taskDefinition,
        attemptStartedAt,
        taskArns,
        placementFailure,
        placementFailures);
  }

  public AttemptStatus started(List<String> taskArns, String placementFailure) {
    return new AttemptStatus(
        attempt,
        clientToken,
        cluster,
        taskDefinition,
        attemptStartedAt,
        taskArns,
        placementFailure,
        placementFailures);
  }

  /** ECS had no room: the next try is another one to ECS, and takes another client token. */
  public AttemptStatus notPlaced() {
    return new AttemptStatus(
        attempt,
        null,
        cluster,
        taskDefinition,
        attemptStartedAt,
        null,
        null,
        placementFailures == null ? 1 : placementFailures + 1);
  }
}
