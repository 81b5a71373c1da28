package io.ecsoperator.localecs.service;

import io.ecsoperator.localecs.cluster.ClusterContents;
import io.ecsoperator.localecs.cluster.CountedResources;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.task.ServiceLookup;
import io.ecsoperator.localecs.taskdefinition.TaskDefinitionUsers;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Cluster;

/** All services that can be described. Belongs to the world's thread. */
public final class Services implements ClusterContents, TaskDefinitionUsers, ServiceLookup {
  private final Scope scope;
  private final SortedMap<String, CountedResources<ServiceState>> byCluster = new TreeMap<>();

  public Services(Scope scope) {
    this.scope = scope;
  }

  Optional<ServiceState> find(String clusterArn, String reference) {
    return inCluster(clusterArn)
        .find(name(reference))
        .filter(service -> !reference.startsWith("arn:") || service.arn().equals(reference));
  }

  /** The ARN of the service with this name or ARN, whether it exists or not. */
  String arn(Cluster cluster, String reference) {
    return reference.startsWith("arn:")
        ? reference
        : scope.arn("service/" + cluster.clusterName() + "/" + reference);
  }

  private static String name(@Nullable String reference) {
    return reference == null ? "" : reference.substring(reference.lastIndexOf('/') + 1);
  }

  void put(ServiceState service) {
    CountedResources<ServiceState> counted = inCluster(service.cluster().clusterArn());
    counted.put(service.name(), service);
    service.listen(
        () -> {
          if (isThere(service)) {
            counted.put(service.name(), service);
          }
        });
  }

  /** Removes a service; returns whether it was still present. */
  boolean forget(ServiceState service) {
    boolean there = isThere(service);
    if (there) {
      inCluster(service.cluster().clusterArn()).remove(service.name());
    }
    return there;
  }

  /** Whether it is still the service with its name. */
  private boolean isThere(ServiceState service) {
    return inCluster(service.cluster().clusterArn())
        .find(service.name())
        .filter(service::equals)
        .isPresent();
  }

  Collection<ServiceState> in(String clusterArn) {
    return inCluster(clusterArn).all();
  }

  Stream<ServiceState> all() {
    return byCluster.values().stream().flatMap(services -> services.all().stream());
  }

  private CountedResources<ServiceState> inCluster(String clusterArn) {
    return byCluster.computeIfAbsent(
        clusterArn, unknown -> new CountedResources<>(ServiceState::share));
  }

  @Override
  public Optional<String> name(String clusterArn, String reference) {
    return find(clusterArn, reference).map(ServiceState::name);
  }

  @Override
  public Counts onFargate(String clusterArn) {
    return inCluster(clusterArn).onFargate();
  }

  @Override
  public Counts onEc2(String clusterArn) {
    return inCluster(clusterArn).onEc2();
  }

  @Override
  public boolean uses(String clusterArn, String capacityProvider) {
    return in(clusterArn).stream()
        .filter(service -> service.status() != ServiceState.Status.INACTIVE)
        .flatMap(ServiceState::groups)
        .flatMap(group -> group.revision().placement().strategy().stream())
        .anyMatch(item -> item.capacityProvider().equals(capacityProvider));
  }

  @Override
  public boolean uses(String taskDefinitionArn) {
    return all()
        .filter(service -> service.status() != ServiceState.Status.INACTIVE)
        .flatMap(ServiceState::groups)
        .anyMatch(
            group -> group.revision().definition().taskDefinitionArn().equals(taskDefinitionArn));
  }
}
