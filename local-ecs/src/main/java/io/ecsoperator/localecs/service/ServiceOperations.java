package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.CapacityProviders;
import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.task.Placement;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitions;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.AvailabilityZoneRebalancing;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceResponse;
import software.amazon.awssdk.services.ecs.model.DeleteServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeleteServiceResponse;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentController;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.ListServicesRequest;
import software.amazon.awssdk.services.ecs.model.ListServicesResponse;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.ResourceManagementType;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceField;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskSet;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.ecs.model.UpdateServiceResponse;

/** CreateService, UpdateService, DeleteService, DescribeServices, ListServices. */
public final class ServiceOperations {
  private static final int MOST_DESCRIBED = 10;
  private static final Page.Size PAGE = new Page.Size(10, 100);

  private final Scope scope;
  private final World world;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final Services services;
  private final Tags tags;
  private final Revisions revisions;
  private final ServiceScheduler scheduler;
  private final TaskSetOperations taskSets;
  private final ServiceDeploymentOperations deployments;

  public ServiceOperations(
      Scope scope,
      World world,
      Clusters clusters,
      TaskDefinitions definitions,
      Services services,
      Tags tags,
      EventPublisher publisher,
      ServiceScheduler scheduler) {
    this.scope = scope;
    this.world = world;
    this.clusters = clusters;
    this.definitions = definitions;
    this.services = services;
    this.tags = tags;
    this.revisions = new Revisions(scope, world, publisher);
    this.scheduler = scheduler;
    this.deployments =
        new ServiceDeploymentOperations(world, clusters, services, scheduler::trigger);
    this.taskSets =
        new TaskSetOperations(
            world, clusters, definitions, services, tags, revisions, scheduler::trigger);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            CreateServiceRequest.class,
            this::create,
            "Blue/green, linear and canary deployments move no real traffic: each shift takes 10 s.",
            "After all tasks of a rolling update are healthy, alarms are watched for another 5 minutes,"
                + " whatever their periods.",
            "CODE_DEPLOY services keep the task sets that callers create; there is no CodeDeploy.",
            "Load balancers, service registries and Service Connect are stored and shown; the health"
                + " of targets is a switch.")
        .add(
            UpdateServiceRequest.class,
            this::update,
            "Own text in the refusal of a changed capacityProviderStrategy without"
                + " forceNewDeployment.")
        .add(DeleteServiceRequest.class, this::delete)
        .add(
            DescribeServicesRequest.class,
            this::describe,
            "Inactive services can be described for one hour.")
        .add(ListServicesRequest.class, this::list);
    taskSets.addTo(table);
    deployments.addTo(table);
  }

  private CreateServiceResponse create(CreateServiceRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    ServiceRules.check(request);
    Optional<ServiceState> existing = services.find(cluster.clusterArn(), request.serviceName());
    if (existing.isPresent()) {
      switch (existing.get().status()) {
        case DRAINING ->
            throw EcsError.invalidParameter("Unable to Start a service that is still Draining.");
        case ACTIVE -> {
          if (request.clientToken() == null || !sameButTags(existing.get().creation(), request)) {
            throw EcsError.invalidParameter("Creation of service was not idempotent.");
          }
          return CreateServiceResponse.builder().service(shown(existing.get(), true)).build();
        }
        case INACTIVE -> {
          // The name of an INACTIVE service can be reused.
        }
      }
    }
    ServiceState service = new ServiceState(cluster, request, settings(request, cluster));
    if (request.taskDefinition() == null) {
      service.change(ServiceView.undeployed(service.settings(), request));
      open(service, request);
    } else {
      Revision revision = firstRevision(service, request);
      open(service, request);
      begin(service, revision);
    }
    scheduler.trigger(service);
    return CreateServiceResponse.builder().service(shown(service, true)).build();
  }

  /** Whether a repeated request asks for the same service; ECS does not compare tags. */
  private static boolean sameButTags(CreateServiceRequest first, CreateServiceRequest repeated) {
    return first.toBuilder()
        .tags(List.of())
        .build()
        .equals(repeated.toBuilder().tags(List.of()).build());
  }

  private void open(ServiceState service, CreateServiceRequest request) {
    services.put(service);
    tags.open(service.arn(), request.tags());
  }

  private Revision firstRevision(ServiceState service, CreateServiceRequest request) {
    TaskDefinition definition = definitions.usable(request.taskDefinition());
    Placement placement =
        Placement.of(
            request.launchTypeAsString(),
            request.capacityProviderStrategy(),
            request.platformVersion(),
            request.networkConfiguration(),
            service.cluster(),
            definition);
    ServiceRules.checkLoadBalancers(request.loadBalancers(), definition);
    ServiceRevision parts =
        ServiceRevision.builder()
            .loadBalancers(List.copyOf(request.loadBalancers()))
            .serviceRegistries(List.copyOf(request.serviceRegistries()))
            .serviceConnectConfiguration(request.serviceConnectConfiguration())
            .volumeConfigurations(request.volumeConfigurations())
            .vpcLatticeConfigurations(request.vpcLatticeConfigurations())
            .monitoring(request.monitoring())
            .build();
    return revisions.revision(service, definition, placement, parts);
  }

  private void begin(ServiceState service, Revision revision) {
    switch (service.settings().deploymentController().type()) {
      case CODE_DEPLOY -> {
        TaskSetState first =
            TaskSetState.of(
                service,
                revision,
                TaskSetState.percent(100),
                TaskSet.builder().build(),
                world.now());
        service.add(first);
        service.makePrimary(first, world.now());
        tags.open(first.facts().taskSetArn(), List.of());
      }
      case EXTERNAL -> service.change(ServiceView.settings(service.settings(), revision));
      case ECS, UNKNOWN_TO_SDK_VERSION -> revisions.deploy(service, revision);
    }
  }

  private Service settings(CreateServiceRequest request, Cluster cluster) {
    boolean daemon = request.schedulingStrategy() == SchedulingStrategy.DAEMON;
    DeploymentConfiguration configuration =
        DeploymentConfigurations.merged(
            DeploymentConfigurations.initial(daemon), request.deploymentConfiguration());
    return Service.builder()
        .serviceArn(services.arn(cluster, request.serviceName()))
        .serviceName(request.serviceName())
        .clusterArn(cluster.clusterArn())
        .desiredCount(daemon || request.desiredCount() == null ? 0 : request.desiredCount())
        .deploymentConfiguration(configuration)
        .roleArn(request.role() == null ? scope.serviceLinkedRoleArn() : request.role())
        .createdAt(world.now())
        .createdBy(scope.principalArn())
        .placementConstraints(List.copyOf(request.placementConstraints()))
        .placementStrategy(List.copyOf(request.placementStrategy()))
        .healthCheckGracePeriodSeconds(
            request.healthCheckGracePeriodSeconds() == null
                ? 0
                : request.healthCheckGracePeriodSeconds())
        .schedulingStrategy(daemon ? SchedulingStrategy.DAEMON : SchedulingStrategy.REPLICA)
        .deploymentController(
            DeploymentController.builder().type(ServiceRules.controller(request)).build())
        .enableECSManagedTags(Boolean.TRUE.equals(request.enableECSManagedTags()))
        .propagateTags(
            request.propagateTags() == null ? PropagateTags.NONE : request.propagateTags())
        .enableExecuteCommand(Boolean.TRUE.equals(request.enableExecuteCommand()))
        .availabilityZoneRebalancing(rebalancing(request, configuration))
        .resourceManagementType(ResourceManagementType.CUSTOMER)
        .build();
  }

  private static AvailabilityZoneRebalancing rebalancing(
      CreateServiceRequest request, DeploymentConfiguration configuration) {
    if (request.availabilityZoneRebalancing() != null) {
      return request.availabilityZoneRebalancing();
    }
    return configuration.maximumPercent() <= 100
        ? AvailabilityZoneRebalancing.DISABLED
        : AvailabilityZoneRebalancing.ENABLED;
  }

  private UpdateServiceResponse update(UpdateServiceRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    if (request.service() == null || request.service().isEmpty()) {
      throw EcsError.invalidParameter("Service can not be blank.");
    }
    ServiceState service =
        services
            .find(cluster.clusterArn(), request.service())
            .orElseThrow(() -> new EcsError("ServiceNotFoundException", "Service not found."));
    if (service.status() != ServiceState.Status.ACTIVE) {
      throw new EcsError("ServiceNotActiveException", "Service was not ACTIVE.");
    }
    ServiceRules.check(request, service);
    Service changed = changed(service.settings(), request);
    Optional<Revision> revision =
        service.usesTaskSets() ? Optional.empty() : nextRevision(service, cluster, request);
    service.change(changed);
    revision.ifPresent(next -> revisions.deploy(service, next));
    service.setSteady(false);
    scheduler.trigger(service);
    return UpdateServiceResponse.builder().service(shown(service, true)).build();
  }

  /** Applies the members that change without a deployment. */
  private static Service changed(Service before, UpdateServiceRequest request) {
    Service.Builder changed =
        before.toBuilder()
            .deploymentConfiguration(
                DeploymentConfigurations.merged(
                    before.deploymentConfiguration(), request.deploymentConfiguration()));
    Optional.ofNullable(request.desiredCount()).ifPresent(changed::desiredCount);
    Optional.ofNullable(request.availabilityZoneRebalancing())
        .ifPresent(changed::availabilityZoneRebalancing);
    Optional.ofNullable(request.healthCheckGracePeriodSeconds())
        .ifPresent(changed::healthCheckGracePeriodSeconds);
    Optional.ofNullable(request.enableExecuteCommand()).ifPresent(changed::enableExecuteCommand);
    Optional.ofNullable(request.enableECSManagedTags()).ifPresent(changed::enableECSManagedTags);
    Optional.ofNullable(request.propagateTags()).ifPresent(changed::propagateTags);
    if (request.hasPlacementConstraints()) {
      changed.placementConstraints(request.placementConstraints());
    }
    if (request.hasPlacementStrategy()) {
      changed.placementStrategy(request.placementStrategy());
    }
    return changed.build();
  }

  /** The new revision that the request needs; empty when it starts no deployment. */
  private Optional<Revision> nextRevision(
      ServiceState service, Cluster cluster, UpdateServiceRequest request) {
    Revision current = service.primary().revision();
    ServiceRevision facts = current.facts();
    TaskDefinition definition =
        request.taskDefinition() == null
            ? current.definition()
            : definitions.usable(request.taskDefinition());
    Placement placement = placement(service, cluster, request, definition);
    boolean starts =
        Boolean.TRUE.equals(request.forceNewDeployment())
            || !definition.taskDefinitionArn().equals(facts.taskDefinition())
            || !placement.platformVersion().equals(current.placement().platformVersion())
            // ECS starts a deployment when these members are sent, even unchanged.
            || request.networkConfiguration() != null
            || request.hasLoadBalancers()
            || request.hasServiceRegistries()
            || request.serviceConnectConfiguration() != null
            || request.hasVolumeConfigurations()
            || request.hasVpcLatticeConfigurations()
            || request.monitoring() != null;
    if (!starts) {
      return Optional.empty();
    }
    ServiceRevision parts = parts(request, facts);
    ServiceRules.checkLoadBalancers(parts.loadBalancers(), definition);
    return Optional.of(revisions.revision(service, definition, placement, parts));
  }

  /**
   * The load balancers, volumes and similar settings of the request; members left out keep their
   * values.
   */
  private static ServiceRevision parts(UpdateServiceRequest request, ServiceRevision before) {
    return ServiceRevision.builder()
        .loadBalancers(
            request.hasLoadBalancers() ? request.loadBalancers() : before.loadBalancers())
        .serviceRegistries(
            request.hasServiceRegistries()
                ? request.serviceRegistries()
                : before.serviceRegistries())
        .serviceConnectConfiguration(
            request.serviceConnectConfiguration() == null
                ? before.serviceConnectConfiguration()
                : request.serviceConnectConfiguration())
        .volumeConfigurations(
            request.hasVolumeConfigurations()
                ? request.volumeConfigurations()
                : before.volumeConfigurations())
        .vpcLatticeConfigurations(
            request.hasVpcLatticeConfigurations()
                ? request.vpcLatticeConfigurations()
                : before.vpcLatticeConfigurations())
        .monitoring(request.monitoring() == null ? before.monitoring() : request.monitoring())
        .build();
  }

  /**
   * The placement of the next revision. An empty strategy moves the service back to the launch type
   * that it was created with, by the API reference of UpdateService.
   *
   * @param cluster as it is now, not as it was when the service was created
   */
  private static Placement placement(
      ServiceState service,
      Cluster cluster,
      UpdateServiceRequest request,
      TaskDefinition definition) {
    Placement before = service.primary().revision().placement();
    boolean byStrategy = request.hasCapacityProviderStrategy();
    List<CapacityProviderStrategyItem> strategy =
        byStrategy ? request.capacityProviderStrategy() : before.strategy();
    String launchType =
        strategy.isEmpty()
            ? before
                .launchType()
                .map(LaunchType::toString)
                .orElse(service.creation().launchTypeAsString())
            : null;
    boolean onFargate =
        strategy.isEmpty()
            ? LaunchType.FARGATE.toString().equals(launchType)
            : strategy.stream()
                .allMatch(item -> CapacityProviders.isFargate(item.capacityProvider()));
    return Placement.of(
        launchType,
        strategy,
        Optional.ofNullable(request.platformVersion())
            // Only Fargate has platform versions, so a move away from it drops the version.
            .or(() -> before.platformVersion().filter(version -> onFargate))
            .orElse(null),
        request.networkConfiguration() == null
            ? before.network().orElse(null)
            : request.networkConfiguration(),
        cluster,
        definition);
  }

  private DeleteServiceResponse delete(DeleteServiceRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    ServiceState service =
        services
            .find(cluster.clusterArn(), request.service())
            .filter(found -> found.status() != ServiceState.Status.INACTIVE)
            // ECS's message is no longer than this.
            .orElseThrow(() -> new EcsError("ServiceNotFoundException", ""));
    if (service.status() == ServiceState.Status.ACTIVE) {
      if (service.desired() > 0 && !Boolean.TRUE.equals(request.force())) {
        throw EcsError.invalidParameter(
            "The service cannot be stopped while it is scaled above 0.");
      }
      service.become(ServiceState.Status.DRAINING);
      service.change(service.settings().toBuilder().desiredCount(0).build());
      service.history().stream()
          .findFirst()
          .filter(record -> !record.isOver())
          .ifPresent(record -> record.stop("Service was deleted.", world.now()));
      scheduler.trigger(service);
    }
    return DeleteServiceResponse.builder().service(shown(service, true)).build();
  }

  private DescribeServicesResponse describe(DescribeServicesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(ServiceField.values())));
    if (request.services().isEmpty()) {
      throw EcsError.invalidParameter("Services cannot be empty.");
    }
    if (request.services().size() > MOST_DESCRIBED) {
      throw EcsError.invalidParameter(
          "Services cannot have more than " + MOST_DESCRIBED + " items.");
    }
    List<Service> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.services()) {
      services
          .find(cluster.clusterArn(), reference)
          .ifPresentOrElse(
              service -> found.add(shown(service, request.include().contains(ServiceField.TAGS))),
              () ->
                  failures.add(
                      Failure.builder()
                          .arn(services.arn(cluster, reference))
                          .reason("MISSING")
                          .build()));
    }
    return DescribeServicesResponse.builder().services(found).failures(failures).build();
  }

  private Service shown(ServiceState service, boolean withTags) {
    Service shown = ServiceView.of(service);
    return withTags ? shown.toBuilder().tags(tags.of(service.arn())).build() : shown;
  }

  private ListServicesResponse list(ListServicesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    Choice.checkLaunchType(request.launchTypeAsString());
    Choice.check(
        "scheduling strategy",
        request.schedulingStrategyAsString(),
        List.of(SchedulingStrategy.values()));
    List<String> arns =
        services.in(cluster.clusterArn()).stream()
            .filter(service -> service.status() == ServiceState.Status.ACTIVE)
            .filter(
                service ->
                    request.launchType() == null
                        || service.settings().launchType() == request.launchType())
            .filter(
                service ->
                    request.schedulingStrategy() == null
                        || service.settings().schedulingStrategy() == request.schedulingStrategy())
            .filter(
                service ->
                    request.resourceManagementType() == null
                        || service.settings().resourceManagementType()
                            == request.resourceManagementType())
            .map(ServiceState::arn)
            .toList();
    Page<String> page = Page.of(arns, arn -> arn, request.maxResults(), request.nextToken(), PAGE);
    return ListServicesResponse.builder()
        .serviceArns(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }
}
