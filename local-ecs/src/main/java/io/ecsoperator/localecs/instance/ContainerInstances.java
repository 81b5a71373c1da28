package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.cluster.ClusterContents;
import io.ecsoperator.localecs.protocol.Scope;
import io.ecsoperator.localecs.tag.Tags;
import io.ecsoperator.localecs.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.ecs.model.Cluster;
import software.amazon.awssdk.services.ecs.model.ContainerInstance;

/** All container instances that can be described. Belongs to the world's thread. */
public final class ContainerInstances implements ClusterContents {
  /** How long a deregistered instance can still be described. */
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

  /** Notifies {@code listener} of every later change. */
  public void listen(InstanceListener listener) {
    listeners.add(listener);
  }

  /** The registered instances of a cluster, sorted by ARN. */
  public List<InstanceState> registered(String clusterArn) {
    return inCluster(clusterArn).values().stream()
        .filter(instance -> !instance.facts().status().equals(InstanceState.INACTIVE))
        .toList();
  }

  /** The instance with this ARN, registered or not; empty when it can no longer be described. */
  public Optional<InstanceState> find(String clusterArn, String arn) {
    return Optional.ofNullable(inCluster(clusterArn).get(arn));
  }

  /** The ARN of the instance with this id or ARN, whether it exists or not. */
  String arn(Cluster cluster, String reference) {
    return reference.startsWith("arn:")
        ? reference
        : scope.arn("container-instance/" + cluster.clusterName() + "/" + reference);
  }

  /** Reserves what a task demands of the instance. */
  public void reserve(
      String clusterArn, String arn, String taskArn, ResourceReservation reservation) {
    change(clusterArn, arn, instance -> instance.with(taskArn, reservation));
  }

  /** Changes the phase of a task's reservation; no effect without a reservation or a change. */
  public void note(String clusterArn, String arn, String taskArn, ResourceReservation.Phase phase) {
    find(clusterArn, arn)
        .map(instance -> instance.reservations().get(taskArn))
        .filter(reservation -> reservation.phase() != phase)
        .ifPresent(reservation -> reserve(clusterArn, arn, taskArn, reservation.in(phase)));
  }

  /** Releases a task's reservation; no effect without one. */
  public void release(String clusterArn, String arn, String taskArn) {
    if (find(clusterArn, arn).filter(i -> i.reservations().containsKey(taskArn)).isPresent()) {
      change(clusterArn, arn, instance -> instance.without(taskArn));
    }
  }

  void add(InstanceState instance) {
    inCluster(instance.clusterArn()).put(instance.arn(), instance);
    listeners.forEach(listener -> listener.changed(instance, instance));
  }

  /** Sets whether the agent of an instance is connected. */
  public void connect(String clusterArn, String arn, boolean connected) {
    changeFacts(clusterArn, arn, facts -> facts.toBuilder().agentConnected(connected).build());
  }

  InstanceState changeFacts(
      String clusterArn, String arn, UnaryOperator<ContainerInstance> change) {
    return change(clusterArn, arn, instance -> instance.with(change.apply(instance.facts())));
  }

  InstanceState change(String clusterArn, String arn, UnaryOperator<InstanceState> change) {
    InstanceState before =
        Objects.requireNonNull(
            inCluster(clusterArn).get(arn), "Callers change only instances that exist.");
    InstanceState after = change.apply(before);
    inCluster(clusterArn).put(arn, after);
    listeners.forEach(listener -> listener.changed(before, after));
    return Objects.requireNonNull(
        inCluster(clusterArn).get(arn), "Listeners do not remove the instance.");
  }

  /** Makes the instance INACTIVE. It can be described for another hour. */
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

  @Override
  public void removeInstancesOf(String clusterArn, String capacityProvider) {
    registered(clusterArn).stream()
        .filter(instance -> capacityProvider.equals(instance.facts().capacityProviderName()))
        .forEach(instance -> deregister(clusterArn, instance.arn()));
  }
}
