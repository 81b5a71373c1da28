package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.event.ServiceEvents;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;

/** Publishes the EventBridge events of services and their deployments. */
public final class EventPublisher {
  private static final String PROVIDERS = "capacityProviderArns";
  private static final String INSTANCES = "containerInstanceArns";

  private final Scope scope;
  private final ServiceEvents events;

  public EventPublisher(Scope scope, ServiceEvents events) {
    this.scope = scope;
    this.events = events;
  }

  void steady(ServiceState service) {
    info("SERVICE_STEADY_STATE", service, List.of());
    List<String> providers =
        service
            .groups()
            .flatMap(group -> group.revision().placement().strategy().stream())
            .map(CapacityProviderStrategyItem::capacityProvider)
            .distinct()
            .map(this::providerArn)
            .toList();
    if (!providers.isEmpty()) {
      info("CAPACITY_PROVIDER_STEADY_STATE", service, providers);
    }
  }

  void taskSetSteady(ServiceState service) {
    info("TASKSET_STEADY_STATE", service, List.of());
  }

  /**
   * Publishes that the scheduler changed the desired count by itself. Changes by UpdateService are
   * not published.
   */
  void desiredCountUpdated(ServiceState service) {
    info("SERVICE_DESIRED_COUNT_UPDATED", service, List.of());
  }

  void startImpaired(ServiceState service) {
    action(
        ServiceEvents.Type.WARN,
        "SERVICE_TASK_START_IMPAIRED",
        service,
        Optional.empty(),
        Map.of());
  }

  /**
   * Publishes that a task could not be placed.
   *
   * @param provider the capacity provider that was selected
   * @param instances the container instances that were considered
   */
  void placementFailed(
      ServiceState service, String reason, Optional<String> provider, List<String> instances) {
    action(
        ServiceEvents.Type.ERROR,
        "SERVICE_TASK_PLACEMENT_FAILURE",
        service,
        Optional.of(reason),
        Map.of(PROVIDERS, provider.map(this::providerArn).stream().toList(), INSTANCES, instances));
  }

  private void info(String name, ServiceState service, List<String> providers) {
    action(ServiceEvents.Type.INFO, name, service, Optional.empty(), Map.of(PROVIDERS, providers));
  }

  private void action(
      ServiceEvents.Type type,
      String name,
      ServiceState service,
      Optional<String> reason,
      Map<String, List<String>> more) {
    events.action(type, name, service.arn(), service.cluster().clusterArn(), reason, more);
  }

  private String providerArn(String name) {
    return scope.arn("capacity-provider/" + name);
  }

  /** Publishes the start of a deployment or of a rollback; the reason says which. */
  void deploymentInProgress(ServiceState service, Rollout rollout) {
    deployment(ServiceEvents.Type.INFO, "SERVICE_DEPLOYMENT_IN_PROGRESS", service, rollout);
  }

  void deploymentCompleted(ServiceState service, Rollout rollout) {
    deployment(ServiceEvents.Type.INFO, "SERVICE_DEPLOYMENT_COMPLETED", service, rollout);
  }

  /**
   * Publishes the failure of a deployment. As in ECS, only deployments with a circuit breaker have
   * this event.
   */
  void deploymentFailed(ServiceState service, Rollout rollout) {
    if (CircuitBreaker.of(service.settings().deploymentConfiguration()).isEnabled()) {
      deployment(ServiceEvents.Type.ERROR, "SERVICE_DEPLOYMENT_FAILED", service, rollout);
    }
  }

  private void deployment(
      ServiceEvents.Type type, String name, ServiceState service, Rollout rollout) {
    events.deployment(
        type, name, service.arn(), rollout.revision().deploymentId(), rollout.reason());
  }
}
