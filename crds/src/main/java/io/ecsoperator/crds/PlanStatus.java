package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @Description("Calls to ECS in the order in which they would be made.")
        List<PlannedAction> actions,
    @Description("Number of changes that are omitted here because the plan is too long.")
        @Nullable Integer omittedChanges) {}
