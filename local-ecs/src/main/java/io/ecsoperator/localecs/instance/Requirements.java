package io.ecsoperator.localecs.instance;

import io.ecsoperator.localecs.instance.query.ClusterQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Attribute;

/**
 * What a task needs of the instance it is placed on.
 *
 * @param zones the availability zones that its subnets are in; empty where any will do
 * @param attributes all of which the instance must have
 * @param distinct whether no task of the same group may be there
 * @param memberOf expressions that must all match
 * @param capacityProvider the one whose instances are meant; empty for all
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

  /** Whether the instance is one of those meant. */
  public boolean isMeant(InstanceState instance) {
    return capacityProvider.isEmpty()
        || capacityProvider.get().equals(instance.facts().capacityProviderName());
  }

  /** Whether the instance is of the kind that the task runs on, however full it is. */
  public boolean suits(InstanceState instance) {
    return isMeant(instance)
        && isInZone(instance)
        && instance.missing(attributes).isEmpty()
        && memberOf.stream().allMatch(query -> query.matches(instance));
  }

  /** Why the task does not fit, in the words of RunTask; empty where it fits. */
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
