package io.ecsoperator.crds.task;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.ecsoperator.crds.Description;
import java.util.List;

/** What ECS says of the task of the current attempt. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ObservedTask(
    @Description("Last status that ECS gives the task.") String lastStatus,
    @Description("When the task started to run, RFC 3339.") String startedAt,
    @Description("When the task stopped, RFC 3339.") String stoppedAt,
    @Description("Stop code that ECS gives.") String stopCode,
    @Description("Reason that ECS gives for the stop.") String stoppedReason,
    @Description("Exit code of the essential container that ended the task.") Integer exitCode,
    @Description("The containers of the task.") List<ContainerOutcome> containers,
    @Description("Container instance that the task runs on; none on Fargate.")
        ContainerInstance containerInstance) {

  /** Nothing known yet. */
  public static ObservedTask unknown() {
    return new ObservedTask(null, null, null, null, null, null, null, null);
  }
}
