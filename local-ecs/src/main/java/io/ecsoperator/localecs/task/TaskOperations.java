package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;
import software.amazon.awssdk.services.ecs.model.StopTaskResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskField;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/** RunTask, StopTask, DescribeTasks, ListTasks. */
public final class TaskOperations {
  private static final int MOST_DESCRIBED = 100;

  private final Scope scope;
  private final World world;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Tasks tasks;
  private final Tags tags;
  private final ServiceLookup services;
  private final LaunchTokens tokens = new LaunchTokens();
  private final RunTaskRules rules = new RunTaskRules();

  public TaskOperations(
      Scope scope,
      World world,
      Clusters clusters,
      TaskDefinitions definitions,
      Tasks tasks,
      Tags tags,
      ServiceLookup services) {
    this.scope = scope;
    this.world = world;
    this.clusters = clusters;
    this.definitions = definitions;
    this.tasks = tasks;
    this.tags = tags;
    this.services = services;
  }

  public void addTo(OperationTable table) {
    table
        .add(
            RunTaskRequest.class,
            this::run,
            "Only Fargate has capacity: there are no container instances.",
            "Containers are not restarted by a restartPolicy; startTimeout is not watched.",
            "Managed EBS volumes are not shown as attachments.")
        .add(StopTaskRequest.class, this::stop)
        .add(DescribeTasksRequest.class, this::describe)
        .add(ListTasksRequest.class, this::list);
  }

  private RunTaskResponse run(RunTaskRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    RunTaskRules.check(request);
    Optional<List<String>> earlier =
        tokens.earlier(
            cluster.clusterArn(),
            request,
            world.now(),
            arn -> tasks.find(cluster.clusterArn(), arn).isPresent());
    if (earlier.isPresent()) {
      return started(
          earlier.get().stream()
              .flatMap(arn -> tasks.find(cluster.clusterArn(), arn).stream())
              .map(TaskState::task)
              .toList());
    }
    TaskDefinition definition = definitions.usable(request.taskDefinition());
    TaskOverride overrides =
        request.overrides() == null ? TaskOverride.builder().build() : request.overrides();
    rules.checkOverrides(overrides, definition);
    Placement placement =
        Placement.of(
            request.launchTypeAsString(),
            request.capacityProviderStrategy(),
            request.platformVersion(),
            request.networkConfiguration(),
            cluster,
            definition);
    if (!placement.isFargate()) {
      throw EcsError.invalidParameter("No Container Instances were found in your cluster.");
    }
    List<Tag> taskTags = tagsOf(request, cluster, definition);
    Map<String, Integer> used = new HashMap<>();
    List<Task> started = new ArrayList<>();
    for (int i = 0; i < (request.count() == null ? 1 : request.count()); i++) {
      Optional<String> provider = placement.nextProvider(used);
      provider.ifPresent(name -> used.merge(name, 1, Integer::sum));
      started.add(
          tasks.launch(
              new TaskLaunch(
                  cluster,
                  definition,
                  placement,
                  provider,
                  request.group() == null ? "family:" + definition.family() : request.group(),
                  Optional.ofNullable(request.startedBy()),
                  overrides,
                  Boolean.TRUE.equals(request.enableExecuteCommand()),
                  taskTags)));
    }
    tokens.remember(
        cluster.clusterArn(), request, started.stream().map(Task::taskArn).toList(), world.now());
    return started(started);
  }

  private RunTaskResponse started(List<Task> started) {
    return RunTaskResponse.builder()
        .tasks(started.stream().map(task -> shown(task, true)).toList())
        .failures(List.of())
        .build();
  }

  private List<Tag> tagsOf(RunTaskRequest request, Cluster cluster, TaskDefinition definition) {
    return TaskTags.of(
        request.propagateTags() == PropagateTags.TASK_DEFINITION
            ? tags.of(definition.taskDefinitionArn())
            : List.of(),
        request.tags(),
        Boolean.TRUE.equals(request.enableECSManagedTags())
            ? Map.of("aws:ecs:clusterName", cluster.clusterName())
            : Map.of());
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
    Choice.check("launch type", request.launchTypeAsString(), List.of(LaunchType.values()));
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
      wanted = wanted.and(task -> request.containerInstance().equals(task.containerInstanceArn()));
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
