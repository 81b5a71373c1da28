package io.ecsoperator.localecs.cluster;

import io.ecsoperator.localecs.protocol.EcsError;
import io.ecsoperator.localecs.protocol.Scope;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;

/**
 * All clusters that can be described, inactive ones too, without the counts and tags that are added
 * when one is described. Belongs to the world's thread.
 */
public final class Clusters {
  static final String ACTIVE = "ACTIVE";
  static final String INACTIVE = "INACTIVE";
  private static final String DEFAULT = "default";

  private final Scope scope;
  private final SortedMap<String, Cluster> byName = new TreeMap<>();

  public Clusters(Scope scope) {
    this.scope = scope;
  }

  /**
   * The ACTIVE cluster with this name or ARN.
   *
   * @param reference a name, an ARN, or null for the cluster named default
   * @throws EcsError ClusterNotFoundException when there is none, or it is inactive
   */
  public Cluster active(@Nullable String reference) {
    Cluster cluster = find(reference).orElseThrow(EcsError::clusterNotFound);
    if (!cluster.status().equals(ACTIVE)) {
      throw new EcsError("ClusterNotFoundException", "The referenced cluster was inactive.");
    }
    return cluster;
  }

  /** The cluster with this name or ARN, ACTIVE or not. */
  public Optional<Cluster> find(@Nullable String reference) {
    return Optional.ofNullable(byName.get(name(reference)))
        .filter(
            cluster ->
                !String.valueOf(reference).startsWith("arn:")
                    || cluster.clusterArn().equals(reference));
  }

  /** The ARN of the cluster with this name or ARN, whether it exists or not. */
  String arn(@Nullable String reference) {
    return reference != null && reference.startsWith("arn:")
        ? reference
        : scope.arn("cluster/" + name(reference));
  }

  static String name(@Nullable String reference) {
    if (reference == null || reference.isEmpty()) {
      return DEFAULT;
    }
    return reference.startsWith("arn:")
        ? reference.substring(reference.lastIndexOf('/') + 1)
        : reference;
  }

  void put(Cluster cluster) {
    byName.put(cluster.clusterName(), cluster);
  }

  Collection<Cluster> all() {
    return byName.values();
  }
}
