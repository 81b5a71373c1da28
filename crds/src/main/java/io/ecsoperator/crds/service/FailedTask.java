package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record FailedTask(
    @Description("ARN of the task.") String taskArn,
    @Description("Stop code from ECS.") @Nullable String stopCode,
    @Description("Why the task stopped, with the containers' exit codes and reasons.")
        @Nullable String reason) {}
