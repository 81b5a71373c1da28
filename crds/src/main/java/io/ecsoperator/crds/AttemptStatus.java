package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
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
    @Description("Why ECS could not place the task at the last try.") String placementFailure,
    @Description("When ECS could not place the task, RFC 3339.") String placementFailedAt,
    @Description("How often ECS could not place the task; part of the client token.")
        Integer placementFailures) {

  /** None yet. */
  public static AttemptStatus none() {
    return new AttemptStatus(null, null, null, null, null, null, null, null, null);
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
        null,
        placementFailures);
  }

  public AttemptStatus notPlaced(String failure, String at) {
    return new AttemptStatus(
        attempt,
        null,
        cluster,
        taskDefinition,
        attemptStartedAt,
        null,
        failure,
        at,
        placementFailures == null ? 1 : placementFailures + 1);
  }
}
