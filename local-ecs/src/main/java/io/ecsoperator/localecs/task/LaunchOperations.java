package io.ecsoperator.localecs.task;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.instance.PlacementRules;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.StartTaskRequest;
import software.amazon.awssdk.services.ecs.model.StartTaskResponse;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/** RunTask and StartTask. */
public final class LaunchOperations {
  private final Scope scope;
  private final World world;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Tasks tasks;
  private final Capacity capacity;
  private final Tags tags;
  private final LaunchTokens tokens = new LaunchTokens();
  private final RunTaskRules rules = new RunTaskRules();

  public LaunchOperations(
      Scope scope,
      World world,
      Clusters clusters,
      TaskDefinitions definitions,
      Tasks tasks,
      Capacity capacity,
      Tags tags) {
    this.scope = scope;
    this.world = world;
    this.clusters = clusters;
    this.definitions = definitions;
    this.tasks = tasks;
    this.capacity = capacity;
    this.tags = tags;
  }

  public void addTo(OperationTable table) {
    table
        .add(
            RunTaskRequest.class,
            this::run,
            "Managed EBS volumes are not shown as attachments.",
            "The zone of a subnet is a switch; without it, no task fails with LOCATION.")
        .add(StartTaskRequest.class, this::start);
  }

  private RunTaskResponse run(RunTaskRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    RunTaskRules.check(request);
    PlacementRules.check(request.placementConstraints(), request.placementStrategy());
    Optional<List<String>> earlier =
        tokens.earlier(
            cluster.clusterArn(),
            request,
            world.now(),
            arn -> tasks.find(cluster.clusterArn(), arn).isPresent());
    if (earlier.isPresent()) {
      return ran(
          earlier.get().stream()
              .flatMap(arn -> tasks.find(cluster.clusterArn(), arn).stream())
              .map(TaskState::task)
              .toList(),
          List.of());
    }
    TaskDefinition definition = definitions.usable(request.taskDefinition());
    TaskOverride overrides = overrides(request.overrides(), definition);
    Placement placement =
        Placement.of(
            request.launchTypeAsString(),
            request.capacityProviderStrategy(),
            request.platformVersion(),
            request.networkConfiguration(),
            cluster,
            definition);
    TaskLaunch.Settings settings =
        new TaskLaunch.Settings(
            group(request.group(), definition),
            Optional.ofNullable(request.startedBy()),
            overrides,
            Boolean.TRUE.equals(request.enableExecuteCommand()),
            tagsOf(
                request.propagateTags(),
                request.tags(),
                request.enableECSManagedTags(),
                cluster,
                definition));
    Map<String, Integer> used = new HashMap<>();
    List<Task> started = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    int count = request.count() == null ? 1 : request.count();
    for (int i = 0; i < count; i++) {
      Optional<String> provider = placement.nextProvider(used);
      TaskLaunch launch = new TaskLaunch(cluster, definition, placement, provider, settings);
      switch (capacity.find(launch, request.placementConstraints(), request.placementStrategy())) {
        case PlacementResult.Fargate result -> started.add(tasks.launch(launch, result));
        case PlacementResult.Instance result -> started.add(tasks.launch(launch, result));
        case PlacementResult.AwaitingCapacity result -> started.add(tasks.launch(launch, result));
        case PlacementResult.Failed(List<Failure> why) -> failures.addAll(why);
        case PlacementResult.NoInstances() ->
            throw EcsError.invalidParameter("No Container Instances were found in your cluster.");
      }
      provider.ifPresent(name -> used.merge(name, 1, Integer::sum));
    }
    tokens.remember(
        cluster.clusterArn(), request, started.stream().map(Task::taskArn).toList(), world.now());
    return ran(started, failures);
  }

  private RunTaskResponse ran(List<Task> started, List<Failure> failures) {
    return RunTaskResponse.builder()
        .tasks(started.stream().map(this::shown).toList())
        .failures(failures)
        .build();
  }

  private StartTaskResponse start(StartTaskRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    RunTaskRules.check(request);
    TaskDefinition definition = definitions.usable(request.taskDefinition());
    TaskOverride overrides = overrides(request.overrides(), definition);
    Placement placement =
        Placement.of(
            LaunchType.EC2.toString(),
            List.of(),
            null,
            request.networkConfiguration(),
            cluster,
            definition);
    TaskLaunch.Settings settings =
        new TaskLaunch.Settings(
            group(request.group(), definition),
            Optional.ofNullable(request.startedBy()),
            overrides,
            Boolean.TRUE.equals(request.enableExecuteCommand()),
            tagsOf(
                request.propagateTags(),
                request.tags(),
                request.enableECSManagedTags(),
                cluster,
                definition));
    List<Task> started = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.containerInstances()) {
      TaskLaunch launch =
          new TaskLaunch(cluster, definition, placement, Optional.empty(), settings);
      PlacementResult result = capacity.findOn(launch, instanceArn(cluster, reference));
      if (result instanceof PlacementResult.Failed(List<Failure> why)) {
        failures.addAll(why);
      } else {
        started.add(tasks.launch(launch, result));
      }
    }
    return StartTaskResponse.builder()
        .tasks(started.stream().map(this::shown).toList())
        .failures(failures)
        .build();
  }

  private String instanceArn(Cluster cluster, String reference) {
    return reference.startsWith("arn:")
        ? reference
        : scope.arn("container-instance/" + cluster.clusterName() + "/" + reference);
  }

  private static String group(@Nullable String asked, TaskDefinition definition) {
    return asked == null ? "family:" + definition.family() : asked;
  }

  private TaskOverride overrides(@Nullable TaskOverride asked, TaskDefinition definition) {
    TaskOverride overrides = asked == null ? TaskOverride.builder().build() : asked;
    rules.checkOverrides(overrides, definition);
    return overrides;
  }

  private Task shown(Task task) {
    return task.toBuilder().tags(tags.of(task.taskArn())).build();
  }

  private List<Tag> tagsOf(
      PropagateTags propagate,
      List<Tag> given,
      Boolean managed,
      Cluster cluster,
      TaskDefinition definition) {
    return TaskTags.of(
        propagate == PropagateTags.TASK_DEFINITION
            ? tags.of(definition.taskDefinitionArn())
            : List.of(),
        given,
        Boolean.TRUE.equals(managed)
            ? Map.of("aws:ecs:clusterName", cluster.clusterName())
            : Map.of());
  }
}
