package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.cache.AwsResource.WriteRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Building blocks for {@link WriteRule.Visibility}: predicates that are true if ECS had seen a
 * write when it made a description.
 */
public final class WriteVisibility {
  private WriteVisibility() {}

  /** A resource that is there, with a description that fulfils a condition. */
  public static Predicate<Observation> present(Predicate<ObjectNode> shows) {
    return observation ->
        observation instanceof Observation.Present(ObjectNode tree) && shows.test(tree);
  }

  /** A resource that is gone, or has a description that fulfils a condition. */
  public static Predicate<Observation> absentOr(Predicate<ObjectNode> shows) {
    return observation ->
        observation instanceof Observation.Absent || present(shows).test(observation);
  }

  /**
   * Whether every member that the request set is in {@code read} as the answer showed it. ECS
   * reorders lists and omits empty ones, so neither counts as a difference.
   *
   * @param identifiers members of the request that only name the resource
   */
  public static boolean sameMembers(
      ObjectNode request, ObjectNode answer, ObjectNode read, Set<String> identifiers) {
    return request.properties().stream()
        .map(Map.Entry::getKey)
        .filter(member -> !identifiers.contains(member))
        .filter(answer::has)
        .allMatch(member -> canonical(answer.path(member)).equals(canonical(read.path(member))));
  }

  /**
   * Compares when the resources in two descriptions were created: names are used again. Negative if
   * {@code read} is of a resource that was deleted before the other was created; 0 also if one of
   * the descriptions does not say when.
   */
  public static int compareCreation(ObjectNode read, ObjectNode answer) {
    JsonNode one = read.path("createdAt");
    JsonNode other = answer.path("createdAt");
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue())
        : 0;
  }

  /**
   * Whether {@code read} has another value of a member than the description before the write: ECS
   * has gone on since. Nothing is known without a description before.
   */
  public static boolean movedOn(Optional<ObjectNode> before, ObjectNode read, String member) {
    return before.filter(old -> !old.path(member).equals(read.path(member))).isPresent();
  }

  /** ECS drops the tags of a resource that is being deleted, so their absence proves nothing. */
  static Predicate<Observation> tagged(ObjectNode request) {
    return absentOr(
        read ->
            !read.path("status").asText("ACTIVE").equals("ACTIVE")
                || request
                    .path("tags")
                    .valueStream()
                    .allMatch(tag -> read.path("tags").valueStream().anyMatch(tag::equals)));
  }

  static Predicate<Observation> untagged(ObjectNode request) {
    return absentOr(
        read ->
            read.path("tags")
                .valueStream()
                .map(tag -> tag.path("key"))
                .noneMatch(key -> request.path("tagKeys").valueStream().anyMatch(key::equals)));
  }

  private static String canonical(JsonNode node) {
    if (node.isMissingNode() || (node.isContainerNode() && node.isEmpty())) {
      return "";
    }
    if (node.isArray()) {
      return node.valueStream().map(WriteVisibility::canonical).sorted().toList().toString();
    }
    if (node.isObject()) {
      Set<String> members = new TreeSet<>();
      node.properties()
          .forEach(member -> members.add(member.getKey() + "=" + canonical(member.getValue())));
      return members.toString();
    }
    return node.toString();
  }

  /**
   * The statuses that a resource goes through on its way out, in order. ECS never takes a resource
   * back up, so that of two descriptions the one further down is the newer.
   */
  public record StatusLadder(List<String> statuses) {
    public StatusLadder {
      statuses = List.copyOf(statuses);
    }

    /** Of a resource that is deprovisioned before it is deleted. */
    public static final StatusLadder DEPROVISIONING = of("DEPROVISIONING", "INACTIVE");

    public static StatusLadder of(String... statuses) {
      return new StatusLadder(List.of(statuses));
    }

    /** A resource that is there and not on its way out. */
    public Predicate<Observation> isUp() {
      return present(read -> rank(read) == 0);
    }

    /** A resource that is gone or on its way out. */
    public Predicate<Observation> isGoing() {
      return absentOr(read -> rank(read) > 0);
    }

    /** 0 if the status is not on the ladder, else one more for each rung down. */
    public int rank(ObjectNode described) {
      return statuses.indexOf(described.path("status").asText()) + 1;
    }

    /** Whether {@code read} is further down than {@code other}. */
    public boolean isBelow(ObjectNode read, ObjectNode other) {
      return rank(read) > rank(other);
    }
  }
}
