package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.Clusters;
import io.ecsoperator.localecs.protocol.Choice;
import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.OperationTable;
import io.ecsoperator.localecs.protocol.Page;
import io.ecsoperator.localecs.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.ContinueServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.CreatedAt;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookAction;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServiceRevisionsResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsRequest;
import software.amazon.awssdk.services.ecs.model.ListServiceDeploymentsResponse;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentStatus;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentRequest;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentResponse;
import software.amazon.awssdk.services.ecs.model.StopServiceDeploymentStopType;

/** List-, Describe-, Stop- and ContinueServiceDeployment(s), DescribeServiceRevisions. */
final class ServiceDeploymentOperations {
  private static final int MOST_DESCRIBED = 20;
  private static final Page.Size PAGE = new Page.Size(20, 100);

  private final World world;
  private final Clusters clusters;
  private final Services services;
  private final Consumer<ServiceState> trigger;

  /**
   * @param trigger triggers a reconcile of a service
   */
  ServiceDeploymentOperations(
      World world, Clusters clusters, Services services, Consumer<ServiceState> trigger) {
    this.world = world;
    this.clusters = clusters;
    this.services = services;
    this.trigger = trigger;
  }

  void addTo(OperationTable table) {
    table
        .add(
            ListServiceDeploymentsRequest.class,
            this::list,
            "The last hundred deployments of a service are kept, for as long as the service can"
                + " be described.")
        .add(
            DescribeServiceDeploymentsRequest.class,
            this::describe,
            "Own text in some statusReasons.")
        .add(
            DescribeServiceRevisionsRequest.class,
            this::describeRevisions,
            "Images have no digest.")
        .add(
            StopServiceDeploymentRequest.class,
            this::stop,
            "Own text in refusals and statusReason. ABORT leaves the tasks as they are.")
        .add(ContinueServiceDeploymentRequest.class, this::goOn, "Own text in refusals.");
  }

  private StopServiceDeploymentResponse stop(StopServiceDeploymentRequest request) {
    Choice.check(
        "stop type", request.stopTypeAsString(), List.of(StopServiceDeploymentStopType.values()));
    Found found = find(request.serviceDeploymentArn());
    ServiceDeploymentStatus status = found.record().facts().status();
    if (status != ServiceDeploymentStatus.PENDING
        && status != ServiceDeploymentStatus.IN_PROGRESS) {
      throw EcsError.conflict(
          "The service deployment cannot be stopped because its status is " + status + ".",
          List.of(request.serviceDeploymentArn()));
    }
    found
        .record()
        .request(
            request.stopType() == StopServiceDeploymentStopType.ABORT
                ? ServiceDeploymentStatus.STOP_REQUESTED
                : ServiceDeploymentStatus.ROLLBACK_REQUESTED,
            world.now());
    trigger.accept(found.service());
    return StopServiceDeploymentResponse.builder()
        .serviceDeploymentArn(request.serviceDeploymentArn())
        .build();
  }

  private ContinueServiceDeploymentResponse goOn(ContinueServiceDeploymentRequest request) {
    Choice.check(
        "action", request.actionAsString(), List.of(DeploymentLifecycleHookAction.values()));
    Found found = find(request.serviceDeploymentArn());
    if (request.hookId() == null || request.hookId().isEmpty()) {
      throw EcsError.invalidParameter("HookId can not be blank.");
    }
    StagedProgress progress =
        found
            .record()
            .progress()
            .filter(reached -> found.record().isInStages())
            .filter(reached -> reached.paused(request.hookId()).isPresent())
            .orElseThrow(
                () ->
                    EcsError.invalidParameter(
                        "The service deployment is not paused at the specified lifecycle hook."));
    found
        .record()
        .reached(
            progress.answered(
                request.hookId(),
                Optional.ofNullable(request.action())
                    .orElse(DeploymentLifecycleHookAction.CONTINUE)));
    trigger.accept(found.service());
    return ContinueServiceDeploymentResponse.builder()
        .serviceDeploymentArn(request.serviceDeploymentArn())
        .build();
  }

  /** A service deployment and its service. */
  private record Found(ServiceState service, DeploymentRecord record) {}

  private Found find(@Nullable String arn) {
    if (arn == null || arn.isEmpty()) {
      throw EcsError.invalidParameter("ServiceDeploymentArn can not be blank.");
    }
    return owner(arn)
        .flatMap(
            service ->
                service.history().stream()
                    .filter(record -> record.facts().serviceDeploymentArn().equals(arn))
                    .map(record -> new Found(service, record))
                    .findFirst())
        .orElseThrow(
            () ->
                new EcsError(
                    "ServiceDeploymentNotFoundException",
                    "The specified service deployment was not found."));
  }

  private ListServiceDeploymentsResponse list(ListServiceDeploymentsRequest request) {
    Cluster cluster = clusters.active(request.cluster());
    request
        .statusAsStrings()
        .forEach(
            status -> Choice.check("status", status, List.of(ServiceDeploymentStatus.values())));
    ServiceState service =
        services
            .find(cluster.clusterArn(), request.service())
            .orElseThrow(() -> new EcsError("ServiceNotFoundException", "Service not found."));
    List<ServiceDeployment> deployments =
        service.history().stream()
            .map(DeploymentRecord::facts)
            .filter(
                deployment ->
                    request.status().isEmpty() || request.status().contains(deployment.status()))
            .filter(deployment -> isWithin(deployment.createdAt(), request.createdAt()))
            .toList();
    Page<ServiceDeployment> page =
        Page.of(
            deployments,
            deployment ->
                deployment.createdAt().toEpochMilli() + " " + deployment.serviceDeploymentArn(),
            Comparator.reverseOrder(),
            request.maxResults(),
            request.nextToken(),
            PAGE);
    return ListServiceDeploymentsResponse.builder()
        .serviceDeployments(page.items().stream().map(ServiceDeploymentOperations::brief).toList())
        .nextToken(page.nextToken().orElse(null))
        .build();
  }

  private static boolean isWithin(Instant time, @Nullable CreatedAt range) {
    return range == null
        || ((range.after() == null || time.isAfter(range.after()))
            && (range.before() == null || time.isBefore(range.before())));
  }

  private static ServiceDeploymentBrief brief(ServiceDeployment deployment) {
    return ServiceDeploymentBrief.builder()
        .serviceDeploymentArn(deployment.serviceDeploymentArn())
        .serviceArn(deployment.serviceArn())
        .clusterArn(deployment.clusterArn())
        .createdAt(deployment.createdAt())
        .startedAt(deployment.startedAt())
        .finishedAt(deployment.finishedAt())
        .targetServiceRevisionArn(deployment.targetServiceRevision().arn())
        .status(deployment.status())
        .statusReason(deployment.statusReason())
        .build();
  }

  private DescribeServiceDeploymentsResponse describe(DescribeServiceDeploymentsRequest request) {
    checkCount("ServiceDeploymentArns", request.serviceDeploymentArns());
    List<ServiceDeployment> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String arn : request.serviceDeploymentArns()) {
      Optional<ServiceDeployment> deployment =
          owner(arn).stream()
              .flatMap(
                  service ->
                      service.history().stream()
                          .filter(record -> record.facts().serviceDeploymentArn().equals(arn))
                          .map(record -> ServiceView.of(service, record)))
              .findFirst();
      deployment.ifPresentOrElse(found::add, () -> failures.add(missing(arn)));
    }
    return DescribeServiceDeploymentsResponse.builder()
        .serviceDeployments(found)
        .failures(failures)
        .build();
  }

  private DescribeServiceRevisionsResponse describeRevisions(
      DescribeServiceRevisionsRequest request) {
    checkCount("ServiceRevisionArns", request.serviceRevisionArns());
    List<ServiceRevision> found = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    for (String arn : request.serviceRevisionArns()) {
      Optional<ServiceRevision> revision =
          owner(arn).stream()
              .flatMap(service -> service.revisions().stream())
              .map(Revision::facts)
              .filter(facts -> facts.serviceRevisionArn().equals(arn))
              .findFirst();
      revision.ifPresentOrElse(found::add, () -> failures.add(missing(arn)));
    }
    return DescribeServiceRevisionsResponse.builder()
        .serviceRevisions(found)
        .failures(failures)
        .build();
  }

  /** The service of a deployment or revision ARN, {@code …/<cluster>/<service>/<id>}. */
  private Optional<ServiceState> owner(String arn) {
    String[] parts = arn.split("/");
    return parts.length == 4
        ? clusters.find(parts[1]).flatMap(cluster -> services.find(cluster.clusterArn(), parts[2]))
        : Optional.empty();
  }

  private static void checkCount(String what, List<String> arns) {
    if (arns.isEmpty()) {
      throw EcsError.invalidParameter(what + " cannot be empty.");
    }
    if (arns.size() > MOST_DESCRIBED) {
      throw EcsError.invalidParameter(
          what + " cannot have more than " + MOST_DESCRIBED + " items.");
    }
  }

  private static Failure missing(String arn) {
    return Failure.builder().arn(arn).reason("MISSING").build();
  }
}
