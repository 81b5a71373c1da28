package io.ecsoperator.crds.service;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import io.ecsoperator.crds.TaskLog;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record FailedTask(
    @Description("ARN of the task.") String taskArn,
    @Description("Family and number of the revision that the task ran.") @Nullable String revision,
    @Description("Image of the container that failed.") @Nullable String image,
    @Description("Stop code from ECS.") @Nullable String stopCode,
    @Description("Exit code of the container that failed; absent if it never ran.")
        @Nullable Integer exitCode,
    @Description("Why the task stopped, with the containers' exit codes and reasons.")
        @Nullable String reason,
    @Description("When the task stopped, RFC 3339.") @Nullable String stoppedAt,
    @Description("Log of the container that failed.") @Nullable TaskLog log) {}
