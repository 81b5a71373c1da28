package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record EcsTaskStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Pending, Running, Succeeded or Failed; the last two are final.") String phase,
    @Description("Number of the current attempt, from 1.") Integer attempt,
    @Description("Client token of the current attempt, recorded before RunTask is called.")
        String clientToken,
    @Description("ARN of the cluster that the attempt runs in.") String clusterArn,
    @Description("ARN of the task definition revision that the attempt runs.")
        String taskDefinition,
    @Description("When the attempt was begun, RFC 3339.") String attemptStartedAt,
    @Description("Last status that ECS gives the task.") String lastStatus,
    @Description("When the task started to run, RFC 3339.") String startedAt,
    @Description("When the task stopped, RFC 3339.") String stoppedAt,
    @Description("When the object reached its final phase, RFC 3339.") String finishedAt,
    @Description("Stop code that ECS gives.") String stopCode,
    @Description("Reason that ECS gives for the stop.") String stoppedReason,
    @Description("Exit code of the essential container that ended the task.") Integer exitCode,
    @Description("The containers of the current attempt.") List<ContainerOutcome> containers,
    @Description("Attempts that failed, newest first; 5 at most.") List<TaskAttempt> failedAttempts)
    implements EcsStatus {}
