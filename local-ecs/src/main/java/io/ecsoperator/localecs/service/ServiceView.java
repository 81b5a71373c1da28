package io.ecsoperator.localecs.service;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.Deployment;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceCurrentRevisionSummary;
import software.amazon.awssdk.services.ecs.model.ServiceDeployment;
import software.amazon.awssdk.services.ecs.model.ServiceRevision;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionSummary;
import software.amazon.awssdk.services.ecs.model.TaskSet;

/** Services and their deployments as ECS shows them. */
final class ServiceView {
  private ServiceView() {}

  /** The settings with the members of a revision applied. */
  static Service settings(Service before, Revision revision) {
    ServiceRevision facts = revision.facts();
    return before.toBuilder()
        .taskDefinition(facts.taskDefinition())
        .launchType(facts.launchType())
        .capacityProviderStrategy(facts.capacityProviderStrategy())
        .platformVersion(revision.placement().platformVersion().orElse(null))
        .platformFamily(facts.platformFamily())
        .networkConfiguration(facts.networkConfiguration())
        .loadBalancers(List.copyOf(facts.loadBalancers()))
        .serviceRegistries(List.copyOf(facts.serviceRegistries()))
        .build();
  }

  /** The settings of a service without a deployment. */
  static Service undeployed(Service before, CreateServiceRequest request) {
    return before.toBuilder()
        .launchType(request.launchType())
        .platformVersion(request.platformVersion())
        .networkConfiguration(request.networkConfiguration())
        .loadBalancers(List.copyOf(request.loadBalancers()))
        .serviceRegistries(List.copyOf(request.serviceRegistries()))
        .build();
  }

  static Service of(ServiceState service) {
    boolean inactive = service.status() == ServiceState.Status.INACTIVE;
    List<Deployment> deployments = new ArrayList<>();
    if (!inactive) {
      service.rollouts().forEach(rollout -> deployments.add(deployment(service, rollout)));
    }
    return service.settings().toBuilder()
        .status(service.status().name())
        .runningCount(service.count(ServiceTask::isRunning))
        .pendingCount(service.count(ServiceTask::isPending))
        .deployments(deployments)
        .taskSets(
            service.usesTaskSets() && !inactive
                ? service.taskSets().stream().map(set -> taskSet(service, set)).toList()
                : null)
        .currentServiceDeployment(
            service.history().stream()
                .findFirst()
                .map(record -> record.facts().serviceDeploymentArn())
                .orElse(null))
        .currentServiceRevisions(currentRevisions(service))
        .events(service.events().all())
        .build();
  }

  /** The current revisions; empty until the first deployment is completed. */
  private static List<ServiceCurrentRevisionSummary> currentRevisions(ServiceState service) {
    if (service.lastCompleted().isEmpty()) {
      return List.of();
    }
    return service.rollouts().stream()
        .map(
            rollout ->
                ServiceCurrentRevisionSummary.builder()
                    .arn(rollout.revision().facts().serviceRevisionArn())
                    .requestedTaskCount(requested(service, rollout))
                    .runningTaskCount(rollout.count(ServiceTask::isRunning))
                    .pendingTaskCount(rollout.count(ServiceTask::isPending))
                    .build())
        .toList();
  }

  /** A task set with current counts, without tags. */
  static TaskSet taskSet(ServiceState service, TaskSetState set) {
    return set.facts().toBuilder()
        .computedDesiredCount(set.desired(service.desired()))
        .pendingCount(set.count(ServiceTask::isPending))
        .runningCount(set.count(ServiceTask::isRunning))
        .build();
  }

  private static int requested(ServiceState service, Rollout rollout) {
    return rollout == service.primary() ? service.desired() : rollout.count(ServiceTask::isWanted);
  }

  private static Deployment deployment(ServiceState service, Rollout rollout) {
    ServiceRevision facts = rollout.revision().facts();
    NetworkConfiguration network = facts.networkConfiguration();
    return Deployment.builder()
        .id(rollout.revision().deploymentId())
        .status(rollout == service.primary() ? "PRIMARY" : "ACTIVE")
        .taskDefinition(facts.taskDefinition())
        .desiredCount(requested(service, rollout))
        .pendingCount(rollout.count(ServiceTask::isPending))
        .runningCount(rollout.count(ServiceTask::isRunning))
        .failedTasks(rollout.failures())
        .createdAt(rollout.createdAt())
        .updatedAt(rollout.updatedAt())
        .launchType(facts.launchType())
        .platformVersion(facts.platformVersion())
        .platformFamily(facts.platformFamily())
        .networkConfiguration(network)
        .rolloutState(rollout.state())
        .rolloutStateReason(rollout.reason())
        .serviceConnectConfiguration(facts.serviceConnectConfiguration())
        .fargateEphemeralStorage(facts.fargateEphemeralStorage())
        .capacityProviderStrategy(facts.capacityProviderStrategy())
        .volumeConfigurations(facts.volumeConfigurations())
        .vpcLatticeConfigurations(facts.vpcLatticeConfigurations())
        .build();
  }

  /** A service deployment with current counts. */
  static ServiceDeployment of(ServiceState service, DeploymentRecord record) {
    ServiceDeployment facts = record.facts();
    ServiceDeployment.Builder shown =
        facts.toBuilder()
            .targetServiceRevision(counted(service, facts.targetServiceRevision()))
            .sourceServiceRevisions(
                facts.sourceServiceRevisions().stream()
                    .map(source -> counted(service, source))
                    .toList());
    record.progress().ifPresent(progress -> addStages(shown, record, progress));
    return shown.build();
  }

  private static void addStages(
      ServiceDeployment.Builder shown, DeploymentRecord record, StagedProgress progress) {
    boolean forward = record.isInStages() || record.isSuccessful();
    double production = forward ? progress.productionShare() : 0;
    double test = forward && progress.stage().isTested() ? 100 : 0;
    ServiceDeployment counted = shown.build();
    shown
        .lifecycleStage(progress.stage().shown(progress.productionShare() > 0))
        .lifecycleHookDetails(progress.hooks().stream().map(HookRun::shown).toList())
        .targetServiceRevision(weighted(counted.targetServiceRevision(), production, test))
        .sourceServiceRevisions(
            counted.sourceServiceRevisions().stream()
                .map(source -> weighted(source, 100 - production, 0))
                .toList());
  }

  private static ServiceRevisionSummary weighted(
      ServiceRevisionSummary revision, double production, double test) {
    return revision.toBuilder()
        .requestedProductionTrafficWeight(production)
        .requestedTestTrafficWeight(test)
        .build();
  }

  private static ServiceRevisionSummary counted(
      ServiceState service, ServiceRevisionSummary revision) {
    return service.rollouts().stream()
        .filter(rollout -> rollout.revision().facts().serviceRevisionArn().equals(revision.arn()))
        .findFirst()
        .map(rollout -> summary(service, rollout))
        .orElseGet(
            () ->
                revision.toBuilder()
                    .requestedTaskCount(0)
                    .runningTaskCount(0)
                    .pendingTaskCount(0)
                    .build());
  }

  static ServiceRevisionSummary summary(ServiceState service, Rollout rollout) {
    return ServiceRevisionSummary.builder()
        .arn(rollout.revision().facts().serviceRevisionArn())
        .requestedTaskCount(requested(service, rollout))
        .runningTaskCount(rollout.count(ServiceTask::isRunning))
        .pendingTaskCount(rollout.count(ServiceTask::isPending))
        .build();
  }
}
