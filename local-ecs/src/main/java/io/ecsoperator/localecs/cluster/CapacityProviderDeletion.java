package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.ecs.model.CapacityProvider;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStatus;
import software.amazon.awssdk.services.ecs.model.CapacityProviderUpdateStatus;
import software.amazon.awssdk.services.ecs.model.Cluster;

/** Deletes capacity providers that no cluster, service or task uses. */
final class CapacityProviderDeletion {
  /** From the request until the provider is INACTIVE. */
  private static final Duration DURATION = Duration.ofSeconds(10);

  /** How long an INACTIVE provider can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final World world;
  private final Clusters clusters;
  private final CapacityProviderStore providers;
  private final Tags tags;
  private final List<ClusterContents> contents;

  CapacityProviderDeletion(
      World world,
      Clusters clusters,
      CapacityProviderStore providers,
      Tags tags,
      List<ClusterContents> contents) {
    this.world = world;
    this.clusters = clusters;
    this.providers = providers;
    this.tags = tags;
    this.contents = List.copyOf(contents);
  }

  /**
   * Starts the deletion of the provider, unless it is still in use.
   *
   * @return the provider with its new update status: DELETE_IN_PROGRESS, or DELETE_FAILED with the
   *     reason, as ECS answers instead of an error
   */
  CapacityProvider begin(CapacityProvider provider) {
    Optional<String> obstacle =
        provider.cluster() == null
            ? clusterWith(provider).map(CapacityProviderDeletion::associatedWith)
            : userOf(provider);
    if (obstacle.isPresent()) {
      CapacityProvider failed =
          provider.toBuilder()
              .updateStatus(CapacityProviderUpdateStatus.DELETE_FAILED)
              .updateStatusReason(obstacle.get())
              .build();
      providers.put(failed);
      return failed;
    }
    CapacityProvider leaving =
        provider.toBuilder()
            .status(
                provider.cluster() == null
                    ? CapacityProviderStatus.ACTIVE
                    : CapacityProviderStatus.DEPROVISIONING)
            .updateStatus(CapacityProviderUpdateStatus.DELETE_IN_PROGRESS)
            .updateStatusReason(null)
            .build();
    providers.put(leaving);
    world.after(DURATION, () -> complete(leaving));
    return leaving;
  }

  /**
   * The first ACTIVE cluster that has the provider in its capacityProviders. Services and tasks can
   * only use a provider of their cluster, so this check covers them.
   */
  private Optional<Cluster> clusterWith(CapacityProvider provider) {
    return clusters.all().stream()
        .filter(cluster -> cluster.status().equals(Clusters.ACTIVE))
        .filter(cluster -> cluster.capacityProviders().contains(provider.name()))
        .findFirst();
  }

  private static String associatedWith(Cluster cluster) {
    return "The capacity provider cannot be deleted because it is associated with cluster: "
        + cluster.clusterName()
        + ". Remove the capacity provider from the cluster and try again.";
  }

  /**
   * What still uses a provider of managed instances. Such a provider always belongs to its cluster,
   * so membership alone does not block its deletion.
   */
  private Optional<String> userOf(CapacityProvider provider) {
    Cluster cluster = clusters.active(provider.cluster());
    if (cluster.defaultCapacityProviderStrategy().stream()
        .anyMatch(item -> item.capacityProvider().equals(provider.name()))) {
      return Optional.of(
          "The capacity provider cannot be deleted because it is in the default capacity provider"
              + " strategy of cluster: "
              + cluster.clusterName()
              + ".");
    }
    return contents.stream().anyMatch(kind -> kind.uses(cluster.clusterArn(), provider.name()))
        ? Optional.of(
            "The capacity provider cannot be deleted because services or tasks use it in cluster: "
                + cluster.clusterName()
                + ".")
        : Optional.empty();
  }

  private void complete(CapacityProvider leaving) {
    CapacityProvider gone =
        leaving.toBuilder()
            .status(CapacityProviderStatus.INACTIVE)
            .updateStatus(CapacityProviderUpdateStatus.DELETE_COMPLETE)
            .build();
    providers.put(gone);
    if (leaving.cluster() != null) {
      dissociate(leaving);
    }
    tags.retire(gone.capacityProviderArn(), "The specified capacity provider is inactive.");
    world.after(RETENTION, () -> providers.forget(gone));
  }

  /** Removes a provider of managed instances from its cluster, together with its instances. */
  private void dissociate(CapacityProvider provider) {
    Cluster cluster = clusters.active(provider.cluster());
    clusters.put(
        cluster.toBuilder()
            .capacityProviders(
                cluster.capacityProviders().stream()
                    .filter(name -> !name.equals(provider.name()))
                    .toList())
            .build());
    contents.forEach(kind -> kind.removeInstancesOf(cluster.clusterArn(), provider.name()));
  }
}
