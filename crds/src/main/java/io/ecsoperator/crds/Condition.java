package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Description("Kind of condition, such as Ready, Reconciling or Stalled.") String type,
    @Description("True, False or Unknown.") String status,
    @Description("Stable CamelCase word for why the condition has this status.") String reason,
    @Description("What happened and, where something has to be done, what to do.") String message,
    @Description("Generation of the object that the condition speaks of.") Long observedGeneration,
    @Description("When the status last changed, RFC 3339.") String lastTransitionTime) {}
