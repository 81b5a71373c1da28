package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** How often one change was sent to ECS for the current generation of the spec. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SentChange(
    @Description("The field, or the operation if the call changes no single field.") String field,
    @Description("A hash of the wanted value.") String wanted,
    @Description("How often ECS accepted the change.") Integer times,
    @Description("Whether ECS has shown the wanted value since the change was first sent.")
        Boolean shown,
    @Description("When ECS last accepted the change.") String lastAt) {}
