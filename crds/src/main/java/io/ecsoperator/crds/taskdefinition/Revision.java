package io.ecsoperator.crds.taskdefinition;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record Revision(
    @Description("ARN of the revision.") String arn,
    @Description("When ECS registered it, RFC 3339.") @Nullable String registeredAt) {}
