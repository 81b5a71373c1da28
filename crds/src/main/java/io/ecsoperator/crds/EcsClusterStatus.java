package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;

@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonDeserialize(using = FlatRecordDeserializer.class)
public record EcsClusterStatus(
    @JsonUnwrapped CommonStatus common,
    @Description("Status that ECS gives, such as ACTIVE.") String status,
    @Description("Name of the cluster in ECS.") String clusterName)
    implements EcsStatus {}
