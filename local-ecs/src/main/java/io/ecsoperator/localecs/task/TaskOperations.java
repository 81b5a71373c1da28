package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskField;

/** StopTask, DescribeTasks, ListTasks. */
public final class TaskOperations {
  private static final int MOST_DESCRIBED = 100;

  private final Scope scope;
  private final Clusters clusters;
  private final Tasks tasks;
  private final Tags tags;
  private final ServiceLookup services;

  public TaskOperations(
      Scope scope, Clusters clusters, Tasks tasks, Tags tags, ServiceLookup services) {
    this.scope = scope;
    this.clusters = clusters;
    this.tasks = tasks;
    this.tags = tags;
    this.services = services;
  }

  public void addTo(OperationTable table) {
    table
        .add(StopTaskRequest.class, this::stop)
        .add(DescribeTasksRequest.class, this::describe)
        .add(ListTasksRequest.class, this::list);
  }

  private StopTaskResponse stop(StopTaskRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    if (request.task() == null || request.task().isEmpty()) {
      throw EcsError.invalidParameter("Task can not be blank.");
    }
    Task task =
        tasks
            .find(cluster.clusterArn(), arn(cluster, request.task()))
            .map(TaskState::task)
            .orElseThrow(() -> EcsError.invalidParameter("The referenced task was not found."));
    Task stopped =
        tasks.stop(
            task,
            StopCodes.USER,
            request.reason() == null ? "Task stopped by user" : request.reason());
    return StopTaskResponse.builder().task(shown(stopped, true)).build();
  }

  private DescribeTasksResponse describe(DescribeTasksRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(TaskField.values())));
    if (request.tasks().isEmpty()) {
      throw EcsError.invalidParameter("Tasks cannot be empty.");
    }
    if (request.tasks().size() > MOST_DESCRIBED) {
      throw EcsError.invalidParameter("Tasks cannot have more than " + MOST_DESCRIBED + " items.");
    }
    List<Task> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.tasks()) {
      String arn = arn(cluster, reference);
      tasks
          .find(cluster.clusterArn(), arn)
          .ifPresentOrElse(
              state -> found.add(shown(state.task(), request.include().contains(TaskField.TAGS))),
              () -> failures.add(Failure.builder().arn(arn).reason("MISSING").build()));
    }
    return DescribeTasksResponse.builder().tasks(found).failures(failures).build();
  }

  private Task shown(Task task, boolean withTags) {
    return task.toBuilder().tags(withTags ? tags.of(task.taskArn()) : List.of()).build();
  }

  private String arn(Cluster cluster, String reference) {
    return reference.startsWith("arn:")
        ? reference
        : scope.arn("task/" + cluster.clusterName() + "/" + reference);
  }

  private ListTasksResponse list(ListTasksRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    Choice.check(
        "desired status", request.desiredStatusAsString(), List.of(DesiredStatus.values()));
    Choice.checkLaunchType(request.launchTypeAsString());
    boolean otherFilter =
        Stream.of(
                request.family(),
                request.serviceName(),
                request.containerInstance(),
                request.launchTypeAsString())
            .anyMatch(filter -> filter != null);
    if (request.startedBy() != null && otherFilter) {
      throw EcsError.invalidParameter("startedBy must be the only filter.");
    }
    String desired = request.desiredStatus() == null ? "RUNNING" : request.desiredStatusAsString();
    Predicate<Task> wanted = filter(request, cluster);
    List<String> arns =
        tasks.in(cluster.clusterArn()).stream()
            .map(TaskState::task)
            .filter(task -> task.desiredStatus().equals(desired))
            .filter(wanted)
            .map(Task::taskArn)
            .toList();
    Page<String> page =
        Page.of(arns, arn -> arn, request.maxResults(), request.nextToken(), Page.Size.HUNDRED);
    return ListTasksResponse.builder()
        .taskArns(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private Predicate<Task> filter(ListTasksRequest request, Cluster cluster) {
    Predicate<Task> wanted = task -> true;
    if (request.startedBy() != null) {
      wanted = wanted.and(task -> request.startedBy().equals(task.startedBy()));
    }
    if (request.family() != null) {
      wanted =
          wanted.and(
              task ->
                  task.taskDefinitionArn().contains(":task-definition/" + request.family() + ":"));
    }
    if (request.launchType() != null) {
      wanted = wanted.and(task -> task.launchType() == request.launchType());
    }
    if (request.containerInstance() != null) {
      String instance =
          request.containerInstance().startsWith("arn:")
              ? request.containerInstance()
              : scope.arn(
                  "container-instance/"
                      + cluster.clusterName()
                      + "/"
                      + request.containerInstance());
      wanted = wanted.and(task -> instance.equals(task.containerInstanceArn()));
    }
    if (request.serviceName() != null) {
      String group =
          "service:"
              + services
                  .name(cluster.clusterArn(), request.serviceName())
                  .orElseThrow(
                      () -> new EcsError("ServiceNotFoundException", "Service not found."));
      wanted = wanted.and(task -> task.group().equals(group));
    }
    return wanted;
  }
}
