package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.instance.query.ClusterQuery;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceField;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceHealthStatus;
import software.amazon.awssdk.services.ecs.model.ContainerInstanceStatus;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.InstanceHealthCheckResult;
import software.amazon.awssdk.services.ecs.model.InstanceHealthCheckState;
import software.amazon.awssdk.services.ecs.model.InstanceHealthCheckType;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.UpdateContainerAgentRequest;
import software.amazon.awssdk.services.ecs.model.UpdateContainerAgentResponse;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateRequest;
import software.amazon.awssdk.services.ecs.model.UpdateContainerInstancesStateResponse;

/** The six operations on container instances. */
public final class InstanceOperations {
  private static final int MOST_DESCRIBED = 100;
  private static final int MOST_CHANGED = 10;

  private final Clusters clusters;
  private final ContainerInstances instances;
  private final Tags tags;
  private final Registration registration;
  private final AgentUpdates updates;

  public InstanceOperations(
      Scope scope, World world, Clusters clusters, ContainerInstances instances, Tags tags) {
    this.clusters = clusters;
    this.instances = instances;
    this.tags = tags;
    this.registration = new Registration(scope, world);
    this.updates = new AgentUpdates(world, instances);
  }

  public void addTo(OperationTable table) {
    table
        .add(
            RegisterContainerInstanceRequest.class,
            this::register,
            "The identity document is read, its signature is not checked.",
            "Resources and capabilities that are left out come from the instance type.",
            "The agent is connected at once.")
        .add(
            DeregisterContainerInstanceRequest.class,
            this::deregister,
            "Deregistered instances can be described for one hour; their tasks are STOPPED.")
        .add(DescribeContainerInstancesRequest.class, this::describe)
        .add(ListContainerInstancesRequest.class, this::list)
        .add(UpdateContainerInstancesStateRequest.class, this::updateState)
        .add(
            UpdateContainerAgentRequest.class,
            this::updateAgent,
            "An update is simulated: it is UPDATED after 80 s.");
  }

  /** Adds a simulated instance and returns its ARN. */
  public String add(@Nullable String clusterReference, NewInstance wanted) {
    Cluster cluster = clusters.active(clusterReference);
    InstanceState instance = registration.simulated(cluster, wanted);
    tags.open(instance.arn(), List.of());
    instances.add(instance);
    return instance.arn();
  }

  /**
   * Disconnects or connects the agent of an instance.
   *
   * @throws EcsError when there is no such instance
   */
  public void connect(@Nullable String clusterReference, String reference, boolean connected) {
    Cluster cluster = clusters.active(clusterReference);
    InstanceState instance = registered(cluster, reference);
    instances.connect(cluster.clusterArn(), instance.arn(), connected);
  }

  private RegisterContainerInstanceResponse register(RegisterContainerInstanceRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    Tags.check(request.tags());
    Optional<InstanceState> known =
        Optional.ofNullable(request.containerInstanceArn())
            .flatMap(arn -> instances.find(cluster.clusterArn(), arn))
            .filter(InstanceOperations::isRegistered);
    InstanceState fresh = registration.of(cluster, request);
    InstanceState registered;
    if (known.isPresent()) {
      registered =
          instances.changeFacts(
              cluster.clusterArn(),
              known.get().arn(),
              facts ->
                  facts.toBuilder()
                      .agentConnected(true)
                      .versionInfo(fresh.facts().versionInfo())
                      .registeredResources(fresh.facts().registeredResources())
                      .build());
    } else {
      tags.open(fresh.arn(), request.tags());
      instances.add(fresh);
      registered = fresh;
    }
    return RegisterContainerInstanceResponse.builder()
        .containerInstance(shown(registered, true))
        .build();
  }

  private DeregisterContainerInstanceResponse deregister(
      DeregisterContainerInstanceRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    InstanceState instance = registered(cluster, request.containerInstance());
    if (!instance.reservations().isEmpty() && !Boolean.TRUE.equals(request.force())) {
      throw EcsError.invalidParameter("Found running tasks on the instance.");
    }
    return DeregisterContainerInstanceResponse.builder()
        .containerInstance(shown(instances.deregister(cluster.clusterArn(), instance.arn()), true))
        .build();
  }

  private DescribeContainerInstancesResponse describe(DescribeContainerInstancesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    request
        .includeAsStrings()
        .forEach(field -> Choice.check("include", field, List.of(ContainerInstanceField.values())));
    requireSome(request.containerInstances(), MOST_DESCRIBED);
    List<ContainerInstance> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.containerInstances()) {
      String arn = instances.arn(cluster, reference);
      instances
          .find(cluster.clusterArn(), arn)
          .ifPresentOrElse(
              instance -> found.add(shown(instance, request.include())),
              () -> failures.add(missing(arn)));
    }
    return DescribeContainerInstancesResponse.builder()
        .containerInstances(found)
        .failures(failures)
        .build();
  }

  private ListContainerInstancesResponse list(ListContainerInstancesRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    Choice.check(
        "container instance status",
        request.statusAsString(),
        List.of(ContainerInstanceStatus.values()));
    Predicate<InstanceState> wanted =
        request.filter() == null || request.filter().isEmpty()
            ? instance -> true
            : ClusterQuery.parse(request.filter())::matches;
    List<String> arns =
        instances.registered(cluster.clusterArn()).stream()
            .filter(
                instance ->
                    request.status() == null
                        || instance.facts().status().equals(request.statusAsString()))
            .filter(wanted)
            .map(InstanceState::arn)
            .toList();
    Page<String> page =
        Page.of(arns, arn -> arn, request.maxResults(), request.nextToken(), Page.Size.HUNDRED);
    return ListContainerInstancesResponse.builder()
        .containerInstanceArns(page.items())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private UpdateContainerInstancesStateResponse updateState(
      UpdateContainerInstancesStateRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    requireSome(request.containerInstances(), MOST_CHANGED);
    String status = request.statusAsString();
    if (!InstanceState.ACTIVE.equals(status) && !InstanceState.DRAINING.equals(status)) {
      throw EcsError.invalidParameter(
          "Container instance status should be one of [ACTIVE,DRAINING]");
    }
    List<ContainerInstance> changed = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String reference : request.containerInstances()) {
      String arn = instances.arn(cluster, reference);
      Optional<InstanceState> found = instances.find(cluster.clusterArn(), arn);
      if (found.isEmpty()) {
        failures.add(missing(arn));
      } else if (!isRegistered(found.get())) {
        failures.add(Failure.builder().arn(arn).reason(InstanceState.INACTIVE).build());
      } else {
        changed.add(shown(moved(found.get(), status), false));
      }
    }
    return UpdateContainerInstancesStateResponse.builder()
        .containerInstances(changed)
        .failures(failures)
        .build();
  }

  private UpdateContainerAgentResponse updateAgent(UpdateContainerAgentRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    InstanceState instance = registered(cluster, request.containerInstance());
    return UpdateContainerAgentResponse.builder()
        .containerInstance(shown(updates.begin(instance), true))
        .build();
  }

  private InstanceState moved(InstanceState instance, String status) {
    return instance.facts().status().equals(status)
        ? instance
        : instances.changeFacts(
            instance.clusterArn(),
            instance.arn(),
            facts -> facts.toBuilder().status(status).build());
  }

  private InstanceState registered(Cluster cluster, @Nullable String reference) {
    if (reference == null || reference.isEmpty()) {
      throw EcsError.invalidParameter("Container instance can not be blank.");
    }
    return instances
        .find(cluster.clusterArn(), instances.arn(cluster, reference))
        .filter(InstanceOperations::isRegistered)
        .orElseThrow(
            () -> EcsError.invalidParameter("The referenced container instance was not found."));
  }

  private static boolean isRegistered(InstanceState instance) {
    return !instance.facts().status().equals(InstanceState.INACTIVE);
  }

  private static void requireSome(List<String> references, int most) {
    if (references.isEmpty()) {
      throw EcsError.invalidParameter("Container instance cannot be empty.");
    }
    if (references.size() > most) {
      throw EcsError.invalidParameter(
          "Container instances cannot have more than " + most + " items.");
    }
  }

  private static Failure missing(String arn) {
    return Failure.builder().arn(arn).reason("MISSING").build();
  }

  private ContainerInstance shown(InstanceState instance, boolean withTags) {
    return shown(instance, withTags ? List.of(ContainerInstanceField.TAGS) : List.of());
  }

  private ContainerInstance shown(InstanceState instance, List<ContainerInstanceField> include) {
    ContainerInstance.Builder shown =
        instance.shown().toBuilder()
            .tags(
                include.contains(ContainerInstanceField.TAGS)
                    ? tags.of(instance.arn())
                    : List.of());
    if (include.contains(ContainerInstanceField.CONTAINER_INSTANCE_HEALTH)) {
      shown.healthStatus(health(instance));
    }
    return shown.build();
  }

  private static ContainerInstanceHealthStatus health(InstanceState instance) {
    InstanceHealthCheckState state =
        instance.facts().agentConnected()
            ? InstanceHealthCheckState.OK
            : InstanceHealthCheckState.IMPAIRED;
    return ContainerInstanceHealthStatus.builder()
        .overallStatus(state)
        .details(
            InstanceHealthCheckResult.builder()
                .type(InstanceHealthCheckType.CONTAINER_RUNTIME)
                .status(state)
                .build())
        .build();
  }
}
