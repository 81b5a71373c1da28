package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import java.util.List;

/** The task of the current attempt, as ECS describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObservedTask(
    @Description("Last status of the task in ECS.") String lastStatus,
    @Description("When the task started running, RFC 3339.") String startedAt,
    @Description("When the task stopped, RFC 3339.") String stoppedAt,
    @Description("Stop code from ECS.") String stopCode,
    @Description("Reason from ECS why the task stopped.") String stoppedReason,
    @Description("Exit code of the essential container that ended the task.") Integer exitCode,
    @Description("The containers of the task.") List<ContainerOutcome> containers,
    @Description("Container instance that the task runs on; absent on Fargate.")
        ContainerInstance containerInstance) {

  /** A task that ECS has not described yet. */
  public static ObservedTask unknown() {
    return new ObservedTask(null, null, null, null, null, null, null, null);
  }
}
