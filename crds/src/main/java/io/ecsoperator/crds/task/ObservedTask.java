package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The task of the current attempt, as ECS describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObservedTask(
    @Description("Last status of the task in ECS.") @Nullable String lastStatus,
    @Description("When the task started running, RFC 3339.") @Nullable String startedAt,
    @Description("When the task stopped, RFC 3339.") @Nullable String stoppedAt,
    @Description("Stop code from ECS.") @Nullable String stopCode,
    @Description("Reason from ECS why the task stopped.") @Nullable String stoppedReason,
    @Description("Exit code of the essential container that ended the task.")
        @Nullable Integer exitCode,
    @Description("The containers of the task.") @Nullable List<ContainerOutcome> containers,
    @Description("Container instance that the task runs on; absent on Fargate.")
        @Nullable ContainerInstance containerInstance) {

  /** A task that ECS has not described yet. */
  public static ObservedTask unknown() {
    return new ObservedTask(null, null, null, null, null, null, null, null);
  }
}
