package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldDifference(
    @Description("Path of the field in the spec.") String path,
    @Description("Value in ECS; absent if ECS has none.") @Nullable JsonNode from,
    @Description("Value of the spec; absent if the field would be reset.") @Nullable JsonNode to) {}
