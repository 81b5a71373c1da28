package io.ecsoperator.operator.kinds.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import io.ecsoperator.operator.cache.AwsResource.WriteRule.Shows;
import io.ecsoperator.operator.cache.Describe;
import io.ecsoperator.operator.cache.Describe.Members;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.cache.ResourceRef;
import io.ecsoperator.operator.cache.Scope;
import io.ecsoperator.operator.cache.WriteVisibility;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the cache knows about ECS tasks. ECS describes a stopped task for at least an hour. */
public final class TaskResource {
  private static final String NAME = "task";
  private static final EcsMember CLUSTER =
      EcsType.request("RunTask", "StartTask", "StopTask").member("cluster");
  private static final EcsMember STOPPED_TASK = EcsType.request("StopTask").member("task");

  public static final AwsResource TABLE =
      new AwsResource(
          NAME,
          AwsResource.ArnForm.of(Scope.IN_CLUSTER, "task"),
          new Describe.Batch(
              "DescribeTasks",
              100,
              Members.withoutName("tasks", "taskArn"),
              List.of(Describe.Include.TAGS),
              Describe.KeptMembers.ALL),
          task -> !new DescribedTask(task).isStopped(),
          List.of(
              start("RunTask"),
              start("StartTask"),
              WriteRule.of(
                  "StopTask",
                  request -> List.of(ref(CLUSTER.text(request), STOPPED_TASK.text(request))),
                  Shows.changed("task", TaskResource::shown, (_, _, _) -> stopped()))),
          // Lists of tasks change with every task of every service.
          Optional.empty());

  private TaskResource() {}

  /**
   * @param cluster name or ARN
   */
  static ResourceRef ref(String cluster, String idOrArn) {
    return ResourceRef.inCluster(NAME, cluster, idOrArn);
  }

  /** The revision that a task runs. */
  static ResourceRef taskDefinition(String arn) {
    return ResourceRef.inRegion("task_definition", arn);
  }

  private static WriteRule start(String operation) {
    return WriteRule.of(
        operation,
        // ECS names the new tasks in the answer.
        request -> List.of(),
        Shows.created("tasks", TaskResource::shown, (_, _, _) -> started()));
  }

  private static List<ResourceRef> shown(ObjectNode request, ObjectNode task) {
    DescribedTask described = new DescribedTask(task);
    String cluster = described.clusterArn().orElseGet(() -> CLUSTER.text(request));
    return List.of(ref(cluster, described.arn()));
  }

  private static Predicate<Observation> started() {
    return WriteVisibility.present(read -> true);
  }

  private static Predicate<Observation> stopped() {
    return WriteVisibility.absentOr(read -> !new DescribedTask(read).isToRun());
  }
}
