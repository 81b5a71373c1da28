package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record EcsClusterStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status that ECS gives, such as ACTIVE.") String status,
    @Description("Name of the cluster in ECS.") String clusterName)
    implements EcsStatus {}
