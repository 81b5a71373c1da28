package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Description("Type of the condition, such as Ready, Reconciling or Stalled.") String type,
    @Description("True, False or Unknown.") String status,
    @Description("Why the condition has this status, as one stable CamelCase word.") String reason,
    @Description("State of the resource and, if an action is needed, what to do.") String message,
    @Description("Generation of the spec that the condition is about.")
        @Nullable Long observedGeneration,
    @Description("When the status last changed, RFC 3339.") @Nullable String lastTransitionTime) {}
