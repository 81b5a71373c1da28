package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskAttempt(
    @Description("Number of the attempt, from 1.") Integer number,
    @Description("ARN of the task.") @Nullable String taskArn,
    @Description("Stop code from ECS.") @Nullable String stopCode,
    @Description("Why the attempt failed.") @Nullable String reason,
    @Description("When the operator observed the failure, RFC 3339.") @Nullable String seenAt) {}
