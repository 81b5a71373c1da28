package io.ecsoperator.operator.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.crds.TaskLog;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.Optional;

/** Finds the log of a container from the log configuration in its task definition. */
public final class TaskLogs {
  private static final EcsMember CONTAINERS =
      EcsType.of("TaskDefinition").member("containerDefinitions");
  private static final EcsType DEFINITION = EcsType.of("ContainerDefinition");
  private static final EcsMember NAME = DEFINITION.member("name");
  private static final EcsMember LOG_CONFIGURATION = DEFINITION.member("logConfiguration");
  private static final EcsType CONFIGURATION = EcsType.of("LogConfiguration");
  private static final EcsMember DRIVER = CONFIGURATION.member("logDriver");
  private static final EcsMember OPTIONS = CONFIGURATION.member("options");

  private TaskLogs() {}

  /**
   * @param taskDefinition as ECS describes it; a missing node if it is not known
   * @return empty if the container does not log with the driver awslogs
   */
  public static Optional<TaskLog> of(JsonNode taskDefinition, String container, String taskArn) {
    return CONTAINERS
        .items(taskDefinition)
        .filter(definition -> NAME.text(definition).equals(container))
        .map(LOG_CONFIGURATION::of)
        .filter(configuration -> DRIVER.text(configuration).equals("awslogs"))
        .map(OPTIONS::of)
        .flatMap(options -> log(options, container, taskArn).stream())
        .findFirst();
  }

  /** ECS names a stream after prefix, container and task id. */
  private static Optional<TaskLog> log(JsonNode options, String container, String taskArn) {
    return option(options, "awslogs-group")
        .map(
            group ->
                new TaskLog(
                    group,
                    option(options, "awslogs-stream-prefix")
                        .map(prefix -> prefix + "/" + container + "/" + Arn.nameOf(taskArn))
                        .orElse(null)));
  }

  private static Optional<String> option(JsonNode options, String name) {
    return Optional.of(options.path(name).asText()).filter(value -> !value.isEmpty());
  }
}
