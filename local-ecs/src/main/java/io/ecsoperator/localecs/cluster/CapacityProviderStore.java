package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderType;
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

  /** The ARN that a provider so called has, or would have. */
  String arn(String reference) {
    return reference.startsWith("arn:") ? reference : scope.arn("capacity-provider/" + reference);
  }

  /** The provider meant by a name or an ARN, active or not. */
  public Optional<CapacityProvider> find(String reference) {
    return Optional.ofNullable(byName.get(reference.substring(reference.lastIndexOf('/') + 1)))
        .filter(provider -> provider.capacityProviderArn().equals(arn(reference)));
  }

  /** Whether the provider adds instances where tasks wait for some. */
  public boolean scales(String name) {
    return find(name)
        .filter(provider -> provider.status() == CapacityProviderStatus.ACTIVE)
        .map(CapacityProvider::autoScalingGroupProvider)
        .filter(group -> group.managedScaling().status() == ManagedScalingStatus.ENABLED)
        .isPresent();
  }

  /** Refuses providers that do not exist. */
  void checkExist(List<String> providers) {
    for (String name : providers) {
      if (find(name)
          .filter(provider -> provider.status() == CapacityProviderStatus.ACTIVE)
          .isEmpty()) {
        throw EcsError.invalidParameter(
            "The specified capacity provider '" + name + "' was not found.");
      }
    }
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
