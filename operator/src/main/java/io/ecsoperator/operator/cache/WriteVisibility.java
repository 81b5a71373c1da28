package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Whether a description was made by an ECS that had seen a write, told by its contents. */
final class WriteVisibility {
  /** The ladders that resources go down, never up. */
  private static final List<String> CLUSTER_LADDER = List.of("DEPROVISIONING", "INACTIVE");

  private static final List<String> SERVICE_LADDER = List.of("DRAINING", "INACTIVE");
  private static final List<String> REVISION_LADDER = List.of("INACTIVE", "DELETE_IN_PROGRESS");

  /** Members of a request that name what is meant instead of describing it. */
  private static final Set<String> IDENTIFIERS = Set.of("cluster", "service", "clientToken");

  private WriteVisibility() {}

  static Predicate<Observation> clusterCreated() {
    return present(read -> rank(CLUSTER_LADDER, read) == 0);
  }

  static Predicate<Observation> clusterUpdated(ObjectNode request, ObjectNode answer) {
    return present(
        read ->
            rank(CLUSTER_LADDER, read) > rank(CLUSTER_LADDER, answer)
                || sameMembers(request, answer, read));
  }

  static Predicate<Observation> clusterDeleted() {
    return absentOr(read -> rank(CLUSTER_LADDER, read) > 0);
  }

  static Predicate<Observation> serviceCreated(ObjectNode answer) {
    return present(read -> incarnation(read, answer) >= 0);
  }

  static Predicate<Observation> serviceUpdated(ObjectNode request, ObjectNode answer) {
    return present(
        read -> {
          int incarnation = incarnation(read, answer);
          if (incarnation != 0) {
            return incarnation > 0;
          }
          return rank(SERVICE_LADDER, read) > rank(SERVICE_LADDER, answer)
              || (sameMembers(request, answer, read) && sameDeployment(answer, read));
        });
  }

  static Predicate<Observation> serviceDeleted(ObjectNode answer) {
    return absentOr(
        read -> {
          int incarnation = incarnation(read, answer);
          return incarnation > 0 || (incarnation == 0 && rank(SERVICE_LADDER, read) > 0);
        });
  }

  static Predicate<Observation> taskStarted() {
    return present(read -> true);
  }

  static Predicate<Observation> taskStopped() {
    return absentOr(read -> read.path("desiredStatus").asText().equals("STOPPED"));
  }

  static Predicate<Observation> registered(ObjectNode answer) {
    return present(read -> read.path("revision").asInt() >= answer.path("revision").asInt());
  }

  static Predicate<Observation> revisionWithdrawn(ObjectNode answer) {
    return absentOr(read -> rank(REVISION_LADDER, read) >= rank(REVISION_LADDER, answer));
  }

  /** Tags go with their resource: where that is gone or going, they prove nothing. */
  static Predicate<Observation> tagged(ObjectNode request) {
    return absentOr(
        read ->
            !read.path("status").asText("ACTIVE").equals("ACTIVE")
                || stream(request.path("tags"))
                    .allMatch(tag -> stream(read.path("tags")).anyMatch(tag::equals)));
  }

  static Predicate<Observation> untagged(ObjectNode request) {
    return absentOr(
        read ->
            stream(read.path("tags"))
                .map(tag -> tag.path("key"))
                .noneMatch(key -> stream(request.path("tagKeys")).anyMatch(key::equals)));
  }

  private static Predicate<Observation> present(Predicate<ObjectNode> reflects) {
    return reading ->
        reading instanceof Observation.Present(ObjectNode tree) && reflects.test(tree);
  }

  private static Predicate<Observation> absentOr(Predicate<ObjectNode> reflects) {
    return reading -> reading instanceof Observation.Absent || present(reflects).test(reading);
  }

  /** 0 above the ladder, then one more for each rung down. */
  private static int rank(List<String> ladder, ObjectNode tree) {
    return ladder.indexOf(tree.path("status").asText()) + 1;
  }

  /** A service's name is used again: negative when {@code read} is of one before the answer's. */
  private static int incarnation(ObjectNode read, ObjectNode answer) {
    JsonNode one = read.path("createdAt");
    JsonNode other = answer.path("createdAt");
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue())
        : 0;
  }

  /** Whether all that the request set is now as the answer said. */
  private static boolean sameMembers(ObjectNode request, ObjectNode answer, ObjectNode read) {
    return request.properties().stream()
        .map(Map.Entry::getKey)
        .filter(member -> !IDENTIFIERS.contains(member))
        .filter(answer::has)
        .allMatch(member -> canonical(answer.path(member)).equals(canonical(read.path(member))));
  }

  /** Whether {@code read} knows the deployment that the answer shows as the newest. */
  private static boolean sameDeployment(ObjectNode answer, ObjectNode read) {
    return stream(answer.path("deployments"))
        .filter(deployment -> deployment.path("status").asText().equals("PRIMARY"))
        .allMatch(
            primary ->
                stream(read.path("deployments"))
                    .anyMatch(
                        deployment ->
                            deployment.path("id").equals(primary.path("id"))
                                || deployment.path("createdAt").asDouble()
                                    > primary.path("createdAt").asDouble()));
  }

  /** ECS reorders lists and leaves out empty ones: neither makes a difference here. */
  private static String canonical(JsonNode node) {
    if (node.isMissingNode() || (node.isContainerNode() && node.isEmpty())) {
      return "";
    }
    if (node.isArray()) {
      return stream(node).map(WriteVisibility::canonical).sorted().toList().toString();
    }
    if (node.isObject()) {
      Set<String> members = new TreeSet<>();
      node.properties()
          .forEach(member -> members.add(member.getKey() + "=" + canonical(member.getValue())));
      return members.toString();
    }
    return node.toString();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
