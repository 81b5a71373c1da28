package io.ecsoperator.operator.kinds.service;

import io.ecsoperator.crds.service.EcsServiceStatus;
import io.ecsoperator.crds.service.ObservedService;
import io.ecsoperator.crds.service.RolloutStatus;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.kinds.service.DescribedService.Deployment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/** Maps what ECS describes of a service to the object's status. */
final class ServiceStatusMapper {
  private ServiceStatusMapper() {}

  static EcsServiceStatus map(EcsServiceStatus status, DescribedService service, Instant now) {
    ObservedService observed = observed(service, status.observed());
    boolean created = !Objects.equals(observed.createdAt(), status.observed().createdAt());
    int createAttempts = Optional.ofNullable(status.createAttempts()).orElse(0) + (created ? 1 : 0);
    return new EcsServiceStatus(
        status.common().withArn(service.arn()),
        observed,
        progress(status, observed, service.primaryDeployment(), now),
        service.clusterArn(),
        createAttempts,
        status.selector());
  }

  private static ObservedService observed(DescribedService service, ObservedService before) {
    Optional<Deployment> primary = service.primaryDeployment();
    int desired = desiredCount(service, before);
    return new ObservedService(
        service.status(),
        service.createdAt().orElse(null),
        service.taskDefinition().orElse(null),
        service.runningTaskDefinition().map(Arn::nameOf).orElse(null),
        desired,
        service.runningCount(),
        service.pendingCount(),
        primary.map(Deployment::id).orElse(null),
        primary.flatMap(Deployment::rolloutState).orElse(null));
  }

  /** ECS sets the count of a draining service to 0; a new service needs the count before that. */
  private static int desiredCount(DescribedService service, ObservedService before) {
    return service.isDraining() && before.desiredCount() != null
        ? before.desiredCount()
        : service.desiredCount();
  }

  /** Progress is a new deployment, or more of its tasks running than ever before. */
  private static RolloutStatus progress(
      EcsServiceStatus before,
      ObservedService observed,
      Optional<Deployment> primary,
      Instant now) {
    RolloutStatus rollout = before.rollout();
    Integer peak = rollout.peakRunningTasks();
    int all = Objects.requireNonNull(observed.runningCount(), "ECS has described the service.");
    int running = primary.flatMap(Deployment::runningCount).orElse(all);
    boolean newDeployment =
        rollout.lastProgressAt() == null
            || !Objects.equals(observed.deploymentId(), before.observed().deploymentId());
    return peak == null || newDeployment || running > peak
        ? rollout.withProgress(running, now.truncatedTo(ChronoUnit.SECONDS).toString())
        : rollout;
  }
}
