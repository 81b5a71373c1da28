package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.instance.query.ClusterQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Attribute;

/**
 * What a task requires of its container instance.
 *
 * @param zones the availability zones of its subnets; empty for all zones
 * @param attributes the attributes that the instance must have
 * @param distinct whether the instance must not run another task of the group
 * @param memberOf cluster queries that must all match
 * @param capacityProvider the capacity provider that the instance must belong to; empty for all
 */
public record Requirements(
    Demand demand,
    Set<String> zones,
    List<Attribute> attributes,
    boolean distinct,
    List<ClusterQuery> memberOf,
    String group,
    Optional<String> capacityProvider) {
  static final String AGENT = "AGENT";
  static final String ATTRIBUTE = "ATTRIBUTE";
  static final String LOCATION = "LOCATION";

  private boolean isInZone(InstanceState instance) {
    return zones.isEmpty() || instance.availabilityZone().filter(zones::contains).isPresent();
  }

  /** Whether the instance belongs to the capacity provider, if there is one. */
  public boolean isMeant(InstanceState instance) {
    return capacityProvider.isEmpty()
        || capacityProvider.get().equals(instance.facts().capacityProviderName());
  }

  /** Whether the instance suits the task, whatever resources are free. */
  public boolean suits(InstanceState instance) {
    return isMeant(instance)
        && isInZone(instance)
        && instance.missing(attributes).isEmpty()
        && memberOf.stream().allMatch(query -> query.matches(instance));
  }

  /** The reason why the task does not fit, as RunTask names it; empty where it fits. */
  public Optional<String> misfit(InstanceState instance) {
    if (!instance.facts().agentConnected()) {
      return Optional.of(AGENT);
    }
    if (!instance.missing(attributes).isEmpty()) {
      return Optional.of(ATTRIBUTE);
    }
    if (!isInZone(instance)) {
      return Optional.of(LOCATION);
    }
    if (!memberOf.stream().allMatch(query -> query.matches(instance))) {
      return Optional.of("MemberOf placement constraint unsatisfied.");
    }
    if (distinct && instance.tasksOf(group) > 0) {
      return Optional.of("DistinctInstance placement constraint unsatisfied.");
    }
    return instance.lacking(demand);
  }
}
