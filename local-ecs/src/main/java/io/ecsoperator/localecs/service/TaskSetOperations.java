package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Placement;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.CreateTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.DeploymentControllerType;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskSetsResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.Scale;
import software.amazon.awssdk.services.ecs.model.ScaleUnit;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskSet;
import software.amazon.awssdk.services.ecs.model.TaskSetField;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServicePrimaryTaskSetResponse;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetRequest;
import software.amazon.awssdk.services.ecs.model.UpdateTaskSetResponse;

/** Create-, Update-, Delete- and DescribeTaskSet(s), UpdateServicePrimaryTaskSet. */
final class TaskSetOperations {
  private static final int MOST_SETS = 5;
  private static final int TOKEN_LENGTH = 36;
  private static final String ID = "ecs-svc/";

  private final World world;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Services services;
  private final Tags tags;
  private final Revisions revisions;
  private final Consumer<ServiceState> trigger;

  TaskSetOperations(
      World world,
      Clusters clusters,
      TaskDefinitions definitions,
      Services services,
      Tags tags,
      Revisions revisions,
      Consumer<ServiceState> trigger) {
    this.world = world;
    this.clusters = clusters;
    this.definitions = definitions;
    this.services = services;
    this.tags = tags;
    this.revisions = revisions;
    this.trigger = trigger;
  }

  void addTo(OperationTable table) {
    table
        .add(
            CreateTaskSetRequest.class,
            this::create,
            "Own text in refusals of scales and of services with another deployment"
                + " controller.")
        .add(UpdateTaskSetRequest.class, this::update)
        .add(DeleteTaskSetRequest.class, this::delete)
        .add(DescribeTaskSetsRequest.class, this::describe)
        .add(UpdateServicePrimaryTaskSetRequest.class, this::makePrimary);
  }

  private CreateTaskSetResponse create(CreateTaskSetRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    ServiceState service = controlledElsewhere(cluster, request.service());
    if (request.clientToken() != null && request.clientToken().length() > TOKEN_LENGTH) {
      throw EcsError.invalidParameter(
          "clientToken can have at most " + TOKEN_LENGTH + " characters.");
    }
    Optional<CreateTaskSetRequest> before =
        Optional.ofNullable(request.clientToken()).flatMap(service::taskSetCreation);
    if (before.isPresent()) {
      return CreateTaskSetResponse.builder().taskSet(again(service, before.get(), request)).build();
    }
    if (request.taskDefinition() == null || request.taskDefinition().isEmpty()) {
      throw EcsError.invalidParameter("TaskDefinition can not be blank.");
    }
    Tags.check(request.tags());
    Scale scale = request.scale() == null ? TaskSetState.none() : scale(request.scale());
    if (service.taskSets().size() >= MOST_SETS) {
      throw new EcsError(
          "LimitExceededException", "A service can have at most " + MOST_SETS + " task sets.");
    }
    TaskSetState set = newSet(service, cluster, request, scale);
    service.add(set);
    Optional.ofNullable(request.clientToken())
        .ifPresent(token -> service.rememberTaskSet(token, request, set.id()));
    tags.open(set.facts().taskSetArn(), request.tags());
    service.setSteady(false);
    trigger.accept(service);
    return CreateTaskSetResponse.builder().taskSet(shown(service, set, true)).build();
  }

  private TaskSet again(
      ServiceState service, CreateTaskSetRequest before, CreateTaskSetRequest request) {
    if (!before.equals(request)) {
      throw EcsError.invalidParameter("Creation of task set was not idempotent.");
    }
    return service
        .taskSetOfToken(request.clientToken())
        .map(set -> shown(service, set, true))
        .orElseThrow(() -> EcsError.invalidParameter("Creation of task set was not idempotent."));
  }

  private TaskSetState newSet(
      ServiceState service, Cluster cluster, CreateTaskSetRequest request, Scale scale) {
    TaskDefinition definition = definitions.usable(request.taskDefinition());
    Placement placement =
        Placement.of(
            request.launchTypeAsString(),
            request.capacityProviderStrategy(),
            request.platformVersion(),
            request.networkConfiguration(),
            cluster,
            definition);
    ServiceRules.checkLoadBalancers(request.loadBalancers(), definition);
    ServiceRevision parts =
        ServiceRevision.builder()
            .loadBalancers(List.copyOf(request.loadBalancers()))
            .serviceRegistries(List.copyOf(request.serviceRegistries()))
            .build();
    boolean byCodeDeploy =
        service.settings().deploymentController().type() == DeploymentControllerType.CODE_DEPLOY;
    return TaskSetState.of(
        service,
        revisions.revision(service, definition, placement, parts),
        scale,
        TaskSet.builder()
            .externalId(request.externalId())
            .startedBy(byCodeDeploy ? "CODE_DEPLOY" : null)
            .build(),
        world.now());
  }

  private UpdateTaskSetResponse update(UpdateTaskSetRequest request) {
    ServiceState service =
        controlledElsewhere(clusters.active(request.cluster()), request.service());
    TaskSetState set = find(service, request.taskSet());
    if (request.scale() == null) {
      throw EcsError.invalidParameter("Scale can not be blank.");
    }
    if (set.status() == TaskSetState.Status.DRAINING) {
      throw EcsError.invalidParameter("The task set is draining.");
    }
    set.scale(scale(request.scale()), world.now());
    service.setSteady(false);
    trigger.accept(service);
    return UpdateTaskSetResponse.builder().taskSet(shown(service, set, true)).build();
  }

  private DeleteTaskSetResponse delete(DeleteTaskSetRequest request) {
    ServiceState service =
        controlledElsewhere(clusters.active(request.cluster()), request.service());
    TaskSetState set = find(service, request.taskSet());
    if (set.status() != TaskSetState.Status.DRAINING) {
      if (set.facts().scale().value() > 0 && !Boolean.TRUE.equals(request.force())) {
        throw EcsError.invalidParameter(
            "The task set cannot be deleted while it is scaled above 0.");
      }
      set.scale(TaskSetState.none(), world.now());
      set.become(TaskSetState.Status.DRAINING, world.now());
      service.setSteady(false);
      trigger.accept(service);
    }
    return DeleteTaskSetResponse.builder().taskSet(shown(service, set, true)).build();
  }

  private DescribeTaskSetsResponse describe(DescribeTaskSetsRequest request) {
    ServiceState service = active(clusters.active(request.cluster()), request.service());
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(TaskSetField.values())));
    boolean withTags = request.include().contains(TaskSetField.TAGS);
    List<TaskSet> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    if (request.taskSets().isEmpty()) {
      service.taskSets().forEach(set -> found.add(shown(service, set, withTags)));
    }
    for (String reference : request.taskSets()) {
      service
          .taskSet(reference)
          .ifPresentOrElse(
              set -> found.add(shown(service, set, withTags)),
              () -> failures.add(missing(service, reference)));
    }
    return DescribeTaskSetsResponse.builder().taskSets(found).failures(failures).build();
  }

  private static Failure missing(ServiceState service, String reference) {
    String prefix = service.arn().replace(":service/", ":task-set/") + "/";
    String id = reference.startsWith(ID) ? reference : ID + reference;
    return Failure.builder()
        .arn(reference.startsWith("arn:") ? reference : prefix + id)
        .reason("MISSING")
        .build();
  }

  private UpdateServicePrimaryTaskSetResponse makePrimary(
      UpdateServicePrimaryTaskSetRequest request) {
    ServiceState service =
        controlledElsewhere(clusters.active(request.cluster()), request.service());
    TaskSetState next = find(service, request.primaryTaskSet());
    if (next.status() == TaskSetState.Status.DRAINING) {
      throw EcsError.invalidParameter("The task set is draining.");
    }
    service.makePrimary(next, world.now());
    trigger.accept(service);
    return UpdateServicePrimaryTaskSetResponse.builder()
        .taskSet(shown(service, next, true))
        .build();
  }

  private ServiceState active(Cluster cluster, String reference) {
    ServiceState service =
        services
            .find(cluster.clusterArn(), reference)
            .orElseThrow(() -> new EcsError("ServiceNotFoundException", "Service not found."));
    if (service.status() != ServiceState.Status.ACTIVE) {
      throw new EcsError("ServiceNotActiveException", "Service was not ACTIVE.");
    }
    return service;
  }

  private ServiceState controlledElsewhere(Cluster cluster, String reference) {
    ServiceState service = active(cluster, reference);
    if (!service.usesTaskSets()) {
      throw EcsError.invalidParameter(
          "Task sets need a service with an EXTERNAL deployment controller.");
    }
    return service;
  }

  private static TaskSetState find(ServiceState service, String reference) {
    return service
        .taskSet(reference)
        .orElseThrow(
            () ->
                new EcsError("TaskSetNotFoundException", "The specified task set was not found."));
  }

  private static Scale scale(Scale asked) {
    Choice.check("scale unit", asked.unitAsString(), List.of(ScaleUnit.values()));
    double value = Optional.ofNullable(asked.value()).orElse(0.0);
    if (!(value >= 0 && value <= 100)) {
      throw EcsError.invalidParameter("The value of a scale is between 0 and 100.");
    }
    return TaskSetState.percent(value);
  }

  private TaskSet shown(ServiceState service, TaskSetState set, boolean withTags) {
    TaskSet shown = ServiceView.taskSet(service, set);
    return withTags ? shown.toBuilder().tags(tags.of(shown.taskSetArn())).build() : shown;
  }
}
