package io.ecsoperator.operator.kinds.cluster;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.plan.Action;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * The capacity providers that a plan gives a cluster. ECS refuses all of them where one is missing
 * or not ACTIVE.
 *
 * @param observations by name
 */
record CapacityProviders(SortedMap<String, Observation> observations) {
  static final List<String> MEMBERS =
      List.of("capacityProviders", "defaultCapacityProviderStrategy");

  private static final EcsMember REQUESTED =
      EcsType.request("CreateCluster", "PutClusterCapacityProviders").member("capacityProviders");
  private static final EcsMember STATUS = EcsType.of("CapacityProvider").member("status");

  /** These always exist. */
  private static final Set<String> OF_AWS = Set.of("FARGATE", "FARGATE_SPOT");

  /** Those that the calls name and the cluster does not have yet, by name. */
  static Set<String> addedBy(List<Action> calls, Optional<DescribedCluster> cluster) {
    Set<String> names =
        calls.stream()
            .filter(Action.Call.class::isInstance)
            .flatMap(call -> REQUESTED.texts(((Action.Call) call).request()))
            .collect(toCollection(TreeSet::new));
    names.removeAll(OF_AWS);
    cluster.ifPresent(known -> names.removeAll(known.capacityProviders()));
    return names;
  }

  /** Why the cluster cannot get them yet; empty if nothing is known against it. */
  Optional<String> obstacle() {
    String found =
        observations.entrySet().stream()
            .flatMap(provider -> obstacle(provider).stream())
            .collect(joining(" "));
    return Optional.of(found)
        .filter(text -> !text.isEmpty())
        .map(text -> text + " The cluster gets its capacity providers when all are ACTIVE.");
  }

  private static Optional<String> obstacle(Map.Entry<String, Observation> provider) {
    String name = provider.getKey();
    return switch (provider.getValue()) {
      case Observation.Absent _ ->
          Optional.of(
              "ECS has no capacity provider "
                  + name
                  + ": create it in this account and region, or take it out of the spec.");
      case Observation.Present(ObjectNode tree) -> obstacle(name, STATUS.text(tree));
      case Observation.Unknown _ -> Optional.empty();
    };
  }

  private static Optional<String> obstacle(String name, String status) {
    return switch (status) {
      case "ACTIVE" -> Optional.empty();
      case "PROVISIONING" -> Optional.of("Capacity provider " + name + " is PROVISIONING.");
      default ->
          Optional.of(
              "Capacity provider "
                  + name
                  + " is "
                  + status
                  + ": create it anew, or take it out of the spec.");
    };
  }
}
