package io.ecsoperator.operator.kinds.task;

import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.Freshness;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.desired.ResolvedReferences;
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
    ResolvedReferences resolved = references.resolve(context.desired(), fields);
    String cluster = cluster(context, resolved);
    List<Observation> tasks =
        taskArns(context, ecs, cluster).stream()
            .map(arn -> ecs.read(TaskResource.ref(cluster, arn), context.freshness()))
            .toList();
    boolean stopped =
        attempt.taskDefinition() != null
            && !tasks.isEmpty()
            && tasks.stream().allMatch(TaskObservation::isStopped);
    return new TaskObservation(
        resolved,
        tasks,
        instance(context, ecs, cluster, tasks),
        stopped
            ? Optional.of(
                ecs.read(TaskResource.taskDefinition(taskDefinition(attempt)), Freshness.ANY))
            : Optional.empty());
  }

  private static Optional<Observation> instance(
      ReconcileContext<EcsTaskStatus> context,
      EcsReader ecs,
      String cluster,
      List<Observation> tasks) {
    return tasks.stream()
        .limit(1)
        .filter(task -> !TaskObservation.isStopped(task))
        .filter(Observation.Present.class::isInstance)
        .map(task -> new DescribedTask(((Observation.Present) task).tree()))
        .flatMap(task -> task.containerInstanceArn().stream())
        .map(arn -> ecs.read(ContainerInstanceResource.ref(cluster, arn), context.freshness()))
        .findFirst();
  }

  private List<String> taskArns(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, String cluster) {
    AttemptStatus attempt = context.status().current();
    if (TaskPlanner.isFinal(context.status())) {
      return List.of();
    }
    boolean mayRun =
        attempt.taskArns() == null && (attempt.attempt() != null || context.isUnrecorded());
    // A deletion has to find the started tasks; RunTask with the same token might start them.
    return context.deleting() && mayRun
        ? find(context, ecs, cluster)
        : Optional.ofNullable(attempt.taskArns()).orElse(List.of());
  }

  /** The cluster of the attempt; if the status is lost, the one that the spec names. */
  private static String cluster(
      ReconcileContext<EcsTaskStatus> context, ResolvedReferences resolved) {
    return Optional.ofNullable(context.status().current().cluster())
        .or(
            () ->
                resolved.isResolved("clusterRef")
                    ? Optional.of(resolved.cluster())
                    : context.desired().reference("clusterRef"))
        .orElseGet(resolved::cluster);
  }

  private static String taskDefinition(AttemptStatus attempt) {
    return Objects.requireNonNull(attempt.taskDefinition(), "An attempt pins its task definition.");
  }

  private List<String> find(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, String cluster) {
    try {
      return ecs.list(
          ListQuery.all("ListTasks", "taskArns")
              .where("cluster", cluster)
              .where("startedBy", TaskPlanner.startedBy(context.desired())));
    } catch (AwsFailure failure) {
      if (failure.failureClass() == FailureClass.NOT_FOUND) {
        // A cluster that does not exist runs nothing.
        return List.of();
      }
      throw failure;
    }
  }
}
