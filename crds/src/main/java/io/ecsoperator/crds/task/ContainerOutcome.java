package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record ContainerOutcome(
    @Description("Name of the container.") String name,
    @Description("Status in ECS, such as RUNNING or STOPPED.") @Nullable String lastStatus,
    @Description("Exit code, after the container has ended.") @Nullable Integer exitCode,
    @Description("Why the container stopped or could not start.") @Nullable String reason) {}
