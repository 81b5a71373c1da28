package io.ecsoperator.operator.kinds.cluster;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.Arn;
import io.ecsoperator.operator.cache.Observation;
import io.ecsoperator.operator.ecsjson.EcsMember;
import io.ecsoperator.operator.ecsjson.EcsType;
import io.ecsoperator.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The capacity providers that a plan gives a cluster, or would take from it. ECS refuses all of
 * them where one is missing or not ACTIVE.
 *
 * @param observations by name
 */
record CapacityProviders(SortedMap<String, Observation> observations) {
  static final List<String> MEMBERS =
      List.of("capacityProviders", "defaultCapacityProviderStrategy");

  private static final EcsMember REQUESTED =
      EcsType.request("CreateCluster", "PutClusterCapacityProviders").member("capacityProviders");
  private static final EcsType PROVIDER = EcsType.of("CapacityProvider");
  private static final EcsMember STATUS = PROVIDER.member("status");
  private static final EcsMember CLUSTER = PROVIDER.member("cluster");

  /** These always exist. */
  private static final Set<String> OF_AWS = Set.of("FARGATE", "FARGATE_SPOT");

  /** Those that the calls name and the cluster does not have yet, by name. */
  static Set<String> addedBy(List<Plan.Call> calls, Optional<DescribedCluster> cluster) {
    Set<String> names =
        calls.stream()
            .flatMap(call -> REQUESTED.texts(call.request()))
            .collect(toCollection(TreeSet::new));
    names.removeAll(OF_AWS);
    cluster.ifPresent(known -> names.removeAll(known.capacityProviders()));
    return names;
  }

  /**
   * Those that the cluster has and the request does not name. Managed instances belong to a cluster
   * by a member of their own, and ECS shows them in it without being asked.
   */
  static Set<String> unnamedIn(ObjectNode desired, DescribedCluster cluster) {
    Set<String> names = new TreeSet<>(cluster.capacityProviders());
    names.removeAll(OF_AWS);
    REQUESTED.texts(desired).toList().forEach(names::remove);
    return names;
  }

  /** The request with those of {@code names} that belong to the cluster by themselves. */
  ObjectNode withOwn(ObjectNode desired, Set<String> names, DescribedCluster cluster) {
    ObjectNode all = desired.deepCopy();
    names.stream()
        .filter(name -> isOf(cluster, observations.get(name)))
        .forEach(all.withArrayProperty(REQUESTED.name())::add);
    return all;
  }

  /** What ECS does not describe now is not taken from the cluster. */
  private static boolean isOf(DescribedCluster cluster, @Nullable Observation provider) {
    return provider instanceof Observation.Unknown
        || provider instanceof Observation.Present(ObjectNode tree)
            && CLUSTER
                .optionalText(tree)
                .map(Arn::nameOf)
                .filter(cluster.name()::equals)
                .isPresent();
  }

  /** Why the cluster cannot get {@code added} yet; empty if nothing is known against it. */
  Optional<String> obstacle(Set<String> added) {
    String found =
        observations.entrySet().stream()
            .filter(provider -> added.contains(provider.getKey()))
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
