package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldDifference(
    @Description("Path of the field in the spec.") String path,
    @Description("Value that ECS has; absent where it has none.") JsonNode from,
    @Description("Value that the spec asks for; absent where it is to be reset.") JsonNode to) {}
