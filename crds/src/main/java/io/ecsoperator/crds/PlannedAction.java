package io.ecsoperator.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlannedAction(
    @Description("The ECS operation that would be called.") String operation,
    @Description("Fields that differ from ECS and make the call necessary.")
        List<FieldDifference> changes) {}
