package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.operator.secrets.Redaction;
import java.util.List;
import java.util.Optional;

/** The response to RunTask: the tasks that ECS started, and why it did not start all. */
record RunTaskResponse(JsonNode json) {
  private static final EcsType RUN_TASK = EcsType.response("RunTask");
  private static final EcsMember TASKS = RUN_TASK.member("tasks");
  private static final EcsMember FAILURES = RUN_TASK.member("failures");
  private static final EcsType FAILURE = EcsType.of("Failure");
  private static final EcsMember REASON = FAILURE.member("reason");
  private static final EcsMember DETAIL = FAILURE.member("detail");

  List<String> taskArns() {
    return TASKS.items(json).map(task -> new DescribedTask(task).arn()).toList();
  }

  /** The revision that runs; absent if ECS started nothing. */
  Optional<String> revision() {
    return TASKS.items(json).findFirst().flatMap(task -> new DescribedTask(task).revision());
  }

  /** The first failure; absent if ECS started all tasks. */
  Optional<String> failure() {
    return FAILURES.items(json).findFirst().map(RunTaskResponse::describe);
  }

  private static String describe(JsonNode failure) {
    return Redaction.ofForms(
        DETAIL.isIn(failure)
            ? REASON.text(failure) + ": " + DETAIL.text(failure)
            : REASON.text(failure));
  }
}
