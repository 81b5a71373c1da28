package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.task.AttemptStatus;
import io.ecsoperator.crds.task.EcsTaskStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.FailureClass;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.cache.ListQuery;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.desired.Owner;
import io.ecsoperator.operator.desired.ReferenceField;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads what the plan of a task depends on. */
final class TaskObserver implements Kind.Observer<EcsTaskStatus, TaskObservation> {
  private final References references;
  private final List<ReferenceField> fields;
  private final Owner owner;

  TaskObserver(References references, List<ReferenceField> fields, Owner owner) {
    this.owner = owner;
    this.references = references;
    this.fields = fields;
  }

  @Override
  public TaskObservation observe(ReconcileContext<EcsTaskStatus> context, EcsReader ecs) {
    AttemptStatus attempt = context.status().current();
    References.Resolved resolved = references.resolve(context.desired(), fields);
    String cluster = cluster(context, resolved);
    List<Observation> tasks = tasks(context, ecs, cluster);
    boolean needsRevision =
        attempt.taskDefinition() != null
            && !tasks.isEmpty()
            && (tasks.stream().allMatch(TaskObservation::isStopped)
                || tasks.stream().anyMatch(TaskObservation::hasReasons));
    return new TaskObservation(
        resolved,
        tasks,
        instance(context, ecs, cluster, tasks),
        needsRevision
            ? Optional.of(
                ecs.read(
                    TaskResource.taskDefinition(taskDefinition(attempt)), EcsReader.Freshness.ANY))
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

  private List<Observation> tasks(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, String cluster) {
    AttemptStatus attempt = context.status().current();
    if (TaskPlanner.isFinal(context.status())) {
      return List.of();
    }
    if (attempt.taskArns() != null) {
      return read(context, ecs, cluster, attempt.taskArns());
    }
    // A deletion has to find the started tasks; RunTask with the same token might start them.
    if (context.deleting() && (attempt.attempt() != null || context.isUnrecorded())) {
      return ours(context, read(context, ecs, cluster, find(context, ecs, cluster, "RUNNING")));
    }
    if (TaskPlanner.isTokenForgotten(attempt, context.now())) {
      List<String> found = new ArrayList<>(find(context, ecs, cluster, "RUNNING"));
      found.addAll(find(context, ecs, cluster, "STOPPED"));
      return ours(context, read(context, ecs, cluster, found));
    }
    return List.of();
  }

  private static List<Observation> read(
      ReconcileContext<EcsTaskStatus> context, EcsReader ecs, String cluster, List<String> arns) {
    return arns.stream()
        .map(arn -> ecs.read(TaskResource.ref(cluster, arn), context.freshness()))
        .toList();
  }

  /**
   * Without tasks that ECS says belong to another object: the record by which they were found may
   * have been written by a user.
   */
  private List<Observation> ours(ReconcileContext<EcsTaskStatus> context, List<Observation> found) {
    return found.stream()
        .filter(
            task ->
                !(task instanceof Observation.Present(ObjectNode tree))
                    || owner.ownershipRecord(tree, context.desired().key())
                        instanceof Owner.OwnershipRecord.Ours)
        .toList();
  }

  /** The cluster of the attempt; if the status is lost, the one that the spec names. */
  private static String cluster(
      ReconcileContext<EcsTaskStatus> context, References.Resolved resolved) {
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

  private static List<String> find(
      ReconcileContext<EcsTaskStatus> context,
      EcsReader ecs,
      String cluster,
      String desiredStatus) {
    try {
      return ecs.list(
          ListQuery.all("ListTasks", "taskArns")
              .where("cluster", cluster)
              .where(
                  "startedBy", TaskPlanner.startedBy(context.desired(), context.status().current()))
              .where("desiredStatus", desiredStatus));
    } catch (AwsFailure failure) {
      if (failure.failureClass() == FailureClass.NOT_FOUND) {
        // A cluster that does not exist runs nothing.
        return List.of();
      }
      throw failure;
    }
  }
}
