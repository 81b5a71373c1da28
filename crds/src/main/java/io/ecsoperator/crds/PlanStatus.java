package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @Description("The calls in order.") List<PlannedAction> actions,
    @Description("Number of changes that are omitted here because the plan is too long.")
        Integer omittedChanges) {}
