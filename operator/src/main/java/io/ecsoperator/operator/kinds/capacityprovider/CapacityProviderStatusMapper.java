package io.ecsoperator.operator.kinds.capacityprovider;

import io.ecsoperator.crds.capacityprovider.EcsCapacityProviderStatus;

/** Maps what ECS describes to the status. */
final class CapacityProviderStatusMapper {
  private CapacityProviderStatusMapper() {}

  static EcsCapacityProviderStatus map(
      EcsCapacityProviderStatus status, DescribedCapacityProvider provider) {
    return new EcsCapacityProviderStatus(
        status.common().withArn(provider.arn()),
        provider.name(),
        provider.status(),
        provider.updateStatus().orElse(null),
        provider.updateStatusReason().orElse(null),
        status.lastChange());
  }
}
