package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.AutoScalingGroupProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderType;
import software.amazon.awssdk.services.ecs.model.CapacityProviderUpdateStatus;
import software.amazon.awssdk.services.ecs.model.InfrastructureOptimization;
import software.amazon.awssdk.services.ecs.model.ManagedInstancesProvider;
import software.amazon.awssdk.services.ecs.model.ManagedScalingStatus;

/**
 * All capacity providers that can be described, those of Fargate among them. Belongs to the world's
 * thread.
 */
public final class CapacityProviderStore {
  private final Scope scope;
  private final SortedMap<String, CapacityProvider> byName = new TreeMap<>();

  public CapacityProviderStore(Scope scope) {
    this.scope = scope;
    put(builtIn("FARGATE", CapacityProviderType.FARGATE));
    put(builtIn("FARGATE_SPOT", CapacityProviderType.FARGATE_SPOT));
  }

  private CapacityProvider builtIn(String name, CapacityProviderType type) {
    return CapacityProvider.builder()
        .capacityProviderArn(arn(name))
        .name(name)
        .status(CapacityProviderStatus.ACTIVE)
        .type(type)
        .build();
  }

  /** The ARN of the provider with this name or ARN, whether it exists or not. */
  String arn(String reference) {
    return reference.startsWith("arn:") ? reference : scope.arn("capacity-provider/" + reference);
  }

  /** The provider with this name or ARN, ACTIVE or not. */
  public Optional<CapacityProvider> find(String reference) {
    return Optional.ofNullable(byName.get(reference.substring(reference.lastIndexOf('/') + 1)))
        .filter(provider -> provider.capacityProviderArn().equals(arn(reference)));
  }

  /** Whether the provider adds instances for tasks that find no room. */
  public boolean scales(String name) {
    return scaling(name).isPresent();
  }

  /** How the provider adds and removes instances; empty where it does neither. */
  public Optional<InstanceScaling> scaling(String name) {
    return find(name)
        .filter(CapacityProviderStore::isUsable)
        .flatMap(
            provider ->
                Optional.ofNullable(provider.autoScalingGroupProvider())
                    .filter(CapacityProviderStore::hasManagedScaling)
                    .map(CapacityProviderStore::scaling)
                    .or(
                        () ->
                            Optional.ofNullable(provider.managedInstancesProvider())
                                .map(CapacityProviderStore::scaling)));
  }

  private static boolean hasManagedScaling(AutoScalingGroupProvider group) {
    return group.managedScaling().status() == ManagedScalingStatus.ENABLED;
  }

  private static InstanceScaling scaling(AutoScalingGroupProvider group) {
    return new InstanceScaling(
        group.managedScaling().minimumScalingStepSize(),
        group.managedScaling().maximumScalingStepSize(),
        Optional.of(InstanceScaling.DEFAULT_IDLE_TIME));
  }

  private static InstanceScaling scaling(ManagedInstancesProvider provider) {
    int idleSeconds =
        Optional.ofNullable(provider.infrastructureOptimization())
            .map(InfrastructureOptimization::scaleInAfter)
            .orElse((int) InstanceScaling.DEFAULT_IDLE_TIME.toSeconds());
    return new InstanceScaling(
        1,
        Integer.MAX_VALUE,
        idleSeconds == ManagedInstancesRules.NEVER_SCALE_IN
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(idleSeconds)));
  }

  /** Whether clusters can be associated with the provider: it is ACTIVE and not being deleted. */
  static boolean isUsable(CapacityProvider provider) {
    return provider.status() == CapacityProviderStatus.ACTIVE
        && provider.updateStatus() != CapacityProviderUpdateStatus.DELETE_IN_PROGRESS;
  }

  /**
   * Refuses providers that cannot be associated with the cluster.
   *
   * @throws EcsError InvalidParameterException where one does not exist, is not ACTIVE, or belongs
   *     to another cluster
   */
  void checkUsable(String clusterName, List<String> names) {
    for (String name : names) {
      CapacityProvider provider =
          find(name)
              .orElseThrow(
                  () ->
                      EcsError.invalidParameter(
                          "The specified capacity provider '" + name + "' was not found."));
      if (!isUsable(provider)) {
        throw EcsError.invalidParameter(
            "The specified capacity provider '"
                + name
                + "' is not in an ACTIVE state. Specify a valid capacity provider and try again.");
      }
      if (provider.cluster() != null && !provider.cluster().equals(clusterName)) {
        throw EcsError.invalidParameter(
            "The specified capacity provider '" + name + "' belongs to another cluster.");
      }
    }
  }

  /** The providers of managed instances in the cluster that are not INACTIVE yet. */
  List<CapacityProvider> managedIn(String clusterName) {
    return byName.values().stream()
        .filter(provider -> clusterName.equals(provider.cluster()))
        .filter(provider -> provider.status() != CapacityProviderStatus.INACTIVE)
        .toList();
  }

  void put(CapacityProvider provider) {
    byName.put(provider.name(), provider);
  }

  void forget(CapacityProvider provider) {
    byName.remove(provider.name(), provider);
  }

  Collection<CapacityProvider> all() {
    return byName.values();
  }
}
