package io.ecsoperator.crds.capacityprovider;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record RequestedChange(
    @Description("ECS operation, such as DeleteCapacityProvider.") String operation,
    @Description("Generation of the spec that the change was for.") Long generation,
    @Description("How often it was requested.") Integer attempts,
    @Description("When it was last requested, RFC 3339.") String requestedAt) {}
