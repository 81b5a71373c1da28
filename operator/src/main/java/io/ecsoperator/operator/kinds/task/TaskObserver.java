package io.ecsoperator.operator.kinds.task;

import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads what the plan of a task depends on. */
final class TaskObserver {
  private final References references;
  private final List<ReferenceField> fields;

  TaskObserver(References references, List<ReferenceField> fields) {
    this.references = references;
    this.fields = fields;
  }

  TaskObservation observe(ReconcileContext<EcsTaskStatus> context, EcsReader ecs) {
    AttemptStatus attempt = context.status().current();
    List<Observation> tasks =
        taskArns(context, ecs).stream()
            .map(arn -> ecs.read(TaskResource.ref(cluster(attempt), arn), context.freshness()))
            .toList();
    boolean stopped = !tasks.isEmpty() && tasks.stream().allMatch(TaskObservation::isStopped);
    return new TaskObservation(
        references.resolve(context.desired(), fields),
        tasks,
        instance(context, ecs, tasks),
        stopped
            ? Optional.of(
                ecs.read(
                    TaskResource.taskDefinition(taskDefinition(attempt)), EcsReader.Freshness.ANY))
            : Optional.empty());
  }

  private static Optional<Observation> instance(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, List<Observation> tasks) {
    return tasks.stream()
        .limit(1)
        .filter(task -> !TaskObservation.isStopped(task))
        .filter(Observation.Present.class::isInstance)
        .map(task -> new DescribedTask(((Observation.Present) task).tree()))
        .flatMap(task -> task.containerInstanceArn().stream())
        .map(
            arn ->
                ecs.read(
                    ContainerInstanceResource.ref(cluster(context.status().current()), arn),
                    context.freshness()))
        .findFirst();
  }

  private List<String> taskArns(ReconcileContext<EcsTaskStatus> context, EcsReader ecs) {
    AttemptStatus attempt = context.status().current();
    if (TaskPlanner.isFinal(context.status())) {
      return List.of();
    }
    boolean mayRun = attempt.attempt() != null && attempt.taskArns() == null;
    // A deletion has to find the started tasks; RunTask with the same token might start them.
    return context.deleting() && mayRun
        ? find(context, ecs, cluster(attempt))
        : Optional.ofNullable(attempt.taskArns()).orElse(List.of());
  }

  private static String cluster(AttemptStatus attempt) {
    return Objects.requireNonNull(attempt.cluster(), "An attempt pins its cluster.");
  }

  private static String taskDefinition(AttemptStatus attempt) {
    return Objects.requireNonNull(attempt.taskDefinition(), "An attempt pins its task definition.");
  }

  private List<String> find(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, String cluster) {
    return ecs.list(
        ListQuery.all("ListTasks", "taskArns")
            .where("cluster", cluster)
            .where("startedBy", TaskPlanner.startedBy(context.desired())));
  }
}
