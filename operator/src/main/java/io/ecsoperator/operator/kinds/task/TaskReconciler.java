package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.CommonStatus;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTask;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Ownership;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.KindReconciler;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.engine.Timing;
import io.ecsoperator.plan.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs a task to its end, once, or as often as its EcsTask allows it to fail. */
public final class TaskReconciler implements KindReconciler<EcsTask, EcsTaskStatus> {
  private final References references;
  private final TaskPlanner planner;

  public TaskReconciler(References references, Ownership ownership, Timing timing) {
    this.references = references;
    this.planner = new TaskPlanner(ownership.owner(), timing);
  }

  @Override
  public Class<EcsTask> type() {
    return EcsTask.class;
  }

  @Override
  public Set<String> kubernetesMembers() {
    return Set.of(
        "clusterRef",
        "taskDefinitionRef",
        "waitFor",
        "backoffLimit",
        "activeDeadlineSeconds",
        "ttlSecondsAfterFinished");
  }

  @Override
  public EcsTaskStatus unknown() {
    return EcsTaskStatus.unknown();
  }

  @Override
  public EcsTaskStatus withCommon(EcsTaskStatus status, CommonStatus common) {
    return status.withCommon(common);
  }

  @Override
  public boolean comparesFields() {
    return false;
  }

  @Override
  public Decision<EcsTaskStatus> look(ReconcileContext<EcsTaskStatus> view, EcsReader ecs) {
    try {
      return planner.plan(view, observe(view, ecs));
    } catch (AwsFailure failure) {
      return Decision.unknown(view.status(), failure);
    }
  }

  private TaskObservation observe(ReconcileContext<EcsTaskStatus> view, EcsReader ecs) {
    AttemptStatus attempt = view.status().current();
    List<Observation> tasks =
        taskArns(view, ecs).stream()
            .map(arn -> ecs.read(TaskResource.ref(attempt.cluster(), arn), view.freshness()))
            .toList();
    boolean stopped = !tasks.isEmpty() && tasks.stream().allMatch(TaskObservation::isStopped);
    return new TaskObservation(
        references.cluster(view.desired()),
        references.taskDefinition(view.desired()),
        tasks,
        instance(view, ecs, tasks),
        stopped
            ? Optional.of(
                ecs.read(TaskResource.taskDefinition(attempt.taskDefinition()), Freshness.ANY))
            : Optional.empty());
  }

  private static Optional<Observation> instance(
      ReconcileContext<EcsTaskStatus> view, EcsReader ecs, List<Observation> tasks) {
    return tasks.stream()
        .limit(1)
        .filter(task -> !TaskObservation.isStopped(task))
        .filter(Observation.Present.class::isInstance)
        .map(task -> ((Observation.Present) task).tree().path("containerInstanceArn"))
        .filter(JsonNode::isTextual)
        .map(
            arn ->
                ecs.read(
                    ContainerInstanceResource.ref(view.status().current().cluster(), arn.asText()),
                    view.freshness()))
        .findFirst();
  }

  private List<String> taskArns(ReconcileContext<EcsTaskStatus> view, EcsReader ecs) {
    AttemptStatus attempt = view.status().current();
    if (TaskPlanner.isFinal(view.status())) {
      return List.of();
    }
    boolean mayRun = attempt.attempt() != null && attempt.taskArns() == null;
    // To delete, what was started has to be found; asking again with the token might start it.
    return view.deleting() && mayRun
        ? find(view, ecs, attempt.cluster())
        : Optional.ofNullable(attempt.taskArns()).orElse(List.of());
  }

  private List<String> find(ReconcileContext<EcsTaskStatus> view, EcsReader ecs, String cluster) {
    return ecs.list(
        ListQuery.all("ListTasks", "taskArns")
            .where("cluster", cluster)
            .where("startedBy", TaskPlanner.startedBy(view.desired())));
  }

  @Override
  public EcsTaskStatus learn(
      EcsTaskStatus status, Action.Call call, ObjectNode answer, Instant now) {
    if (!call.operation().equals("RunTask")) {
      return status;
    }
    List<String> arns = new ArrayList<>();
    answer.path("tasks").forEach(task -> arns.add(task.path("taskArn").asText()));
    String failure = describe(answer.path("failures"));
    return status
        .withCommon(status.common().withArn(arns.getFirst()))
        .withCurrent(status.current().started(arns, failure));
  }

  @Override
  public EcsTaskStatus refused(EcsTaskStatus status, Action.Call call, AwsFailure failure) {
    if (!call.operation().equals("RunTask")) {
      return status;
    }
    return switch (failure.failureClass()) {
      case NO_CAPACITY -> status.withCurrent(status.current().notPlaced());
      case BLOCKED, WAITING, NOT_FOUND ->
          status.withCurrent(status.current().withClientToken(null));
      // It came not far enough to tell whether a call before it, with the same token, had an
      // effect.
      case THROTTLED, TRANSIENT -> status;
    };
  }

  private static String describe(JsonNode failures) {
    if (failures.isEmpty()) {
      return null;
    }
    JsonNode failure = failures.get(0);
    return failure.has("detail")
        ? failure.path("reason").asText() + ": " + failure.path("detail").asText()
        : failure.path("reason").asText();
  }
}
