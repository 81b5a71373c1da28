package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The statuses that a resource goes through on its way out, in order. ECS never takes a resource
 * back up, so that of two descriptions the one further down is the newer.
 */
public record StatusLadder(List<String> statuses) {
  public StatusLadder {
    statuses = List.copyOf(statuses);
  }

  public static StatusLadder of(String... statuses) {
    return new StatusLadder(List.of(statuses));
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
