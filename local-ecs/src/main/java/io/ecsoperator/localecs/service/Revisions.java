package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.task.Placement;
import io.ecsoperator.localecs.world.World;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ecs.model.ContainerImage;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentRollbackMonitorsStatus;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionSummary;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** Creates revisions and starts their rollouts. */
final class Revisions {
  private static final String ID_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  private static final int ID_LENGTH = 21;

  /** The number of finished deployments that are kept with their revisions. */
  private static final int HISTORY = 100;

  private final Scope scope;
  private final World world;
  private final EventPublisher publisher;

  Revisions(Scope scope, World world, EventPublisher publisher) {
    this.scope = scope;
    this.world = world;
    this.publisher = publisher;
  }

  /**
   * Creates a revision.
   *
   * @param parts the settings besides definition and placement: load balancers, registries, Service
   *     Connect, volumes, VPC Lattice, monitoring
   */
  Revision revision(
      ServiceState service, TaskDefinition definition, Placement placement, ServiceRevision parts) {
    String digits =
        Long.toString(
            1_000_000_000_000_000_000L + world.random().nextLong(8_000_000_000_000_000_000L));
    ServiceRevision facts =
        RevisionDefaults.filledIn(parts, service.cluster()).toBuilder()
            .serviceRevisionArn(arn("service-revision", service, digits))
            .serviceArn(service.arn())
            .clusterArn(service.cluster().clusterArn())
            .taskDefinition(definition.taskDefinitionArn())
            .launchType(placement.launchType().map(LaunchType::toString).orElse(null))
            .platformVersion(placement.concretePlatformVersion().orElse(null))
            .platformFamily(placement.platformFamily(definition).orElse(null))
            .networkConfiguration(placement.network().orElse(null))
            .guardDutyEnabled(false)
            .containerImages(
                definition.containerDefinitions().stream()
                    .map(
                        container ->
                            ContainerImage.builder()
                                .containerName(container.name())
                                .image(container.image())
                                .build())
                    .toList())
            .capacityProviderStrategy(placement.strategy().isEmpty() ? null : placement.strategy())
            .createdAt(world.now())
            .build();
    return new Revision("ecs-svc/" + digits, facts, definition, placement);
  }

  /** Starts the deployment of a revision. An unfinished deployment before it is abandoned. */
  void deploy(ServiceState service, Revision revision) {
    List<ServiceRevisionSummary> sources =
        service.rollouts().stream().map(rollout -> ServiceView.summary(service, rollout)).toList();
    service.history().stream()
        .findFirst()
        .filter(record -> !record.isOver())
        .ifPresent(
            record ->
                record.stop("Service deployment stopped by a newer deployment.", world.now()));
    service.change(ServiceView.settings(service.settings(), revision));
    service.lead(new Rollout(revision, world.now()));
    publisher.deploymentInProgress(service, service.primary());
    service.setSteady(false);
    service.revisions().addFirst(revision);
    service
        .history()
        .addFirst(
            new DeploymentRecord(
                record(service, revision, sources), progress(service, sources.size())));
    trim(service);
  }

  private Optional<StagedProgress> progress(ServiceState service, int revisionsBefore) {
    return service.settings().deploymentConfiguration().strategy() == DeploymentStrategy.ROLLING
        ? Optional.empty()
        : Optional.of(StagedProgress.begin(revisionsBefore, world.now()));
  }

  private static void trim(ServiceState service) {
    while (service.history().size() > HISTORY) {
      service.history().removeLast();
    }
    List<Revision> inUse =
        service.rollouts().stream().map(Rollout::revision).collect(Collectors.toList());
    service.lastCompleted().ifPresent(inUse::add);
    while (service.revisions().size() > HISTORY && !inUse.contains(service.revisions().getLast())) {
      service.revisions().removeLast();
    }
  }

  private ServiceDeployment record(
      ServiceState service, Revision revision, List<ServiceRevisionSummary> sources) {
    DeploymentConfiguration configuration = service.settings().deploymentConfiguration();
    CircuitBreaker breaker = CircuitBreaker.of(configuration);
    return ServiceDeployment.builder()
        .serviceDeploymentArn(arn("service-deployment", service, deploymentId()))
        .serviceArn(service.arn())
        .clusterArn(service.cluster().clusterArn())
        .createdAt(world.now())
        .updatedAt(world.now())
        .sourceServiceRevisions(sources)
        .targetServiceRevision(ServiceView.summary(service, service.primary()))
        .status(ServiceDeploymentStatus.PENDING)
        .deploymentConfiguration(configuration)
        .deploymentCircuitBreaker(
            ServiceDeploymentCircuitBreaker.builder()
                .status(
                    breaker.isEnabled()
                        ? ServiceDeploymentRollbackMonitorsStatus.MONITORING
                        : ServiceDeploymentRollbackMonitorsStatus.DISABLED)
                .failureCount(0)
                .threshold(breaker.threshold(service.desired()))
                .build())
        .alarms(DeploymentAlarmRules.monitor(configuration))
        .build();
  }

  private String arn(String kind, ServiceState service, String id) {
    return scope.arn(
        kind + "/" + service.cluster().clusterName() + "/" + service.name() + "/" + id);
  }

  private String deploymentId() {
    return world
        .random()
        .ints(ID_LENGTH, 0, ID_CHARACTERS.length())
        .mapToObj(ID_CHARACTERS::charAt)
        .map(String::valueOf)
        .collect(Collectors.joining());
  }
}
