package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.operator.status.StopReason;
import java.util.List;
import java.util.Optional;

/**
 * A task as ECS describes it.
 *
 * @param definition its task definition, whose confidential values no text shows; a missing node if
 *     it is not known
 */
record DescribedTask(JsonNode json, JsonNode definition) {
  private static final EcsType TASK = EcsType.of("Task");
  private static final EcsMember ARN = TASK.member("taskArn");
  private static final EcsMember CLUSTER_ARN = TASK.member("clusterArn");
  private static final EcsMember TASK_DEFINITION_ARN = TASK.member("taskDefinitionArn");
  private static final EcsMember CONTAINER_INSTANCE_ARN = TASK.member("containerInstanceArn");
  private static final EcsMember LAST_STATUS = TASK.member("lastStatus");
  private static final EcsMember DESIRED_STATUS = TASK.member("desiredStatus");
  private static final EcsMember STARTED_AT = TASK.member("startedAt");
  private static final EcsMember STOPPED_AT = TASK.member("stoppedAt");
  private static final EcsMember STOP_CODE = TASK.member("stopCode");
  private static final EcsMember STOPPED_REASON = TASK.member("stoppedReason");
  private static final EcsMember STARTED_BY = TASK.member("startedBy");
  private static final EcsMember CONTAINERS = TASK.member("containers");

  DescribedTask(JsonNode json) {
    this(json, MissingNode.getInstance());
  }

  String arn() {
    return ARN.text(json);
  }

  /** What the client that started the task named itself; it cannot be changed afterwards. */
  String startedBy() {
    return STARTED_BY.text(json);
  }

  /** Absent in a response that does not name the cluster. */
  Optional<String> clusterArn() {
    return CLUSTER_ARN.optionalText(json);
  }

  /** The revision that it runs. Absent in a response that does not name it. */
  Optional<String> revision() {
    return TASK_DEFINITION_ARN.optionalText(json);
  }

  /** Absent on Fargate, and until the task is placed. */
  Optional<String> containerInstanceArn() {
    return CONTAINER_INSTANCE_ARN.optionalText(json);
  }

  String lastStatus() {
    return LAST_STATUS.text(json);
  }

  boolean isRunning() {
    return lastStatus().equals("RUNNING");
  }

  boolean isStopped() {
    return lastStatus().equals("STOPPED");
  }

  /** Whether the task is to run: ECS was not asked to stop it. */
  boolean isToRun() {
    return !DESIRED_STATUS.text(json).equals("STOPPED");
  }

  /** RFC 3339, to the second. */
  Optional<String> startedAt() {
    return STARTED_AT.timestamp(json);
  }

  /** RFC 3339, to the second. */
  Optional<String> stoppedAt() {
    return STOPPED_AT.timestamp(json);
  }

  Optional<String> stopCode() {
    return STOP_CODE.optionalText(json);
  }

  Optional<String> stoppedReason() {
    return STOPPED_REASON.optionalText(json).map(StopReason.redaction(json, definition)::apply);
  }

  /** Whether ECS says something of it that may repeat values of its task definition. */
  boolean hasReasons() {
    return STOPPED_REASON.isIn(json) || CONTAINERS.items(json).anyMatch(Container::hasReason);
  }

  /** Why the task and its containers stopped, in one line. */
  String stopText() {
    return StopReason.of(json, definition);
  }

  List<Container> containers() {
    Redaction redaction = StopReason.redaction(json, definition);
    return CONTAINERS.items(json).map(container -> new Container(container, redaction)).toList();
  }

  /** A container of the task. */
  record Container(JsonNode json, Redaction redaction) {
    private static final EcsType CONTAINER = EcsType.of("Container");
    private static final EcsMember NAME = CONTAINER.member("name");
    private static final EcsMember LAST_STATUS = CONTAINER.member("lastStatus");
    private static final EcsMember EXIT_CODE = CONTAINER.member("exitCode");
    private static final EcsMember REASON = CONTAINER.member("reason");

    String name() {
      return NAME.text(json);
    }

    Optional<String> lastStatus() {
      return LAST_STATUS.optionalText(json);
    }

    /** Absent until the container has exited, and if it never ran. */
    Optional<Integer> exitCode() {
      return EXIT_CODE.optionalNumber(json);
    }

    private static boolean hasReason(JsonNode container) {
      return REASON.isIn(container);
    }

    Optional<String> reason() {
      return REASON.optionalText(json).map(redaction::apply);
    }
  }
}
