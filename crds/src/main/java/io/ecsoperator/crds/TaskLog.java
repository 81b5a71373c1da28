package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** Where CloudWatch Logs has what a container of a task wrote. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskLog(
    @Description("CloudWatch log group of the container.") String group,
    @Description("Log stream; absent if the task definition has no stream prefix.")
        @Nullable String stream) {}
