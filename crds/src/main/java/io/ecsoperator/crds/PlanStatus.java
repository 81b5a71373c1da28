package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @Description("What would be done, in order.") List<PlannedAction> actions,
    @Description("Changes left out here because the plan is too long to show whole.")
        Integer omittedChanges) {}
