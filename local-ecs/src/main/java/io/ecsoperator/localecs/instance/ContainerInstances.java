package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.cluster.ClusterContents;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;

/** All container instances that can be described. Belongs to the world's thread. */
public final class ContainerInstances implements ClusterContents {
  /** How long an instance that was deregistered can still be described. */
  private static final Duration RETENTION = Duration.ofHours(1);

  private final Scope scope;
  private final World world;
  private final Tags tags;
  private final SortedMap<String, SortedMap<String, InstanceState>> byCluster = new TreeMap<>();
  private final List<InstanceListener> listeners = new ArrayList<>();

  public ContainerInstances(Scope scope, World world, Tags tags) {
    this.scope = scope;
    this.world = world;
    this.tags = tags;
  }

  /** Tells {@code listener} of every change from now on. */
  public void listen(InstanceListener listener) {
    listeners.add(listener);
  }

  /** Those of a cluster that are registered, by ARN. */
  public List<InstanceState> registered(String clusterArn) {
    return inCluster(clusterArn).values().stream()
        .filter(instance -> !instance.facts().status().equals(InstanceState.INACTIVE))
        .toList();
  }

  /** The instance with this ARN, registered or not; empty when it can no longer be described. */
  public Optional<InstanceState> find(String clusterArn, String arn) {
    return Optional.ofNullable(inCluster(clusterArn).get(arn));
  }

  /** The ARN that an instance so called has, or would have. */
  String arn(Cluster cluster, String reference) {
    return reference.startsWith("arn:")
        ? reference
        : scope.arn("container-instance/" + cluster.clusterName() + "/" + reference);
  }

  /** A task takes its place on the instance, and what it demands. */
  public void reserve(
      String clusterArn, String arn, String taskArn, ResourceReservation reservation) {
    change(clusterArn, arn, instance -> instance.with(taskArn, reservation));
  }

  /** A task on the instance goes on; nothing happens if it is not there or did not change. */
  public void note(String clusterArn, String arn, String taskArn, ResourceReservation.Phase phase) {
    find(clusterArn, arn)
        .map(instance -> instance.reservations().get(taskArn))
        .filter(reservation -> reservation.phase() != phase)
        .ifPresent(reservation -> reserve(clusterArn, arn, taskArn, reservation.in(phase)));
  }

  /** A task gives back what it held; nothing happens if it holds nothing. */
  public void release(String clusterArn, String arn, String taskArn) {
    if (find(clusterArn, arn).filter(i -> i.reservations().containsKey(taskArn)).isPresent()) {
      change(clusterArn, arn, instance -> instance.without(taskArn));
    }
  }

  void add(InstanceState instance) {
    inCluster(instance.clusterArn()).put(instance.arn(), instance);
    listeners.forEach(listener -> listener.changed(instance, instance));
  }

  /** Whether the agent of an instance can be told what to do. */
  public void connect(String clusterArn, String arn, boolean connected) {
    changeFacts(clusterArn, arn, facts -> facts.toBuilder().agentConnected(connected).build());
  }

  InstanceState changeFacts(
      String clusterArn, String arn, UnaryOperator<ContainerInstance> change) {
    return change(clusterArn, arn, instance -> instance.with(change.apply(instance.facts())));
  }

  InstanceState change(String clusterArn, String arn, UnaryOperator<InstanceState> change) {
    InstanceState before = inCluster(clusterArn).get(arn);
    InstanceState after = change.apply(before);
    inCluster(clusterArn).put(arn, after);
    listeners.forEach(listener -> listener.changed(before, after));
    return inCluster(clusterArn).get(arn);
  }

  /** It is INACTIVE from now on, and described for a while yet. */
  public InstanceState deregister(String clusterArn, String arn) {
    InstanceState gone =
        changeFacts(
            clusterArn,
            arn,
            facts ->
                facts.toBuilder().status(InstanceState.INACTIVE).agentConnected(false).build());
    tags.retire(arn, "The specified container instance is inactive.");
    world.after(RETENTION, () -> forget(clusterArn, arn));
    return gone;
  }

  private void forget(String clusterArn, String arn) {
    inCluster(clusterArn).remove(arn);
    tags.forget(arn);
  }

  private SortedMap<String, InstanceState> inCluster(String clusterArn) {
    return byCluster.computeIfAbsent(clusterArn, unknown -> new TreeMap<>());
  }

  @Override
  public int containerInstances(String clusterArn) {
    return registered(clusterArn).size();
  }

  @Override
  public Counts onFargate(String clusterArn) {
    return Counts.NONE;
  }

  @Override
  public Counts onEc2(String clusterArn) {
    return Counts.NONE;
  }

  @Override
  public boolean uses(String clusterArn, String capacityProvider) {
    return false;
  }
}
