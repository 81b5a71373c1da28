package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Turns changes into the smallest update requests: re-sending an unchanged block to ECS can start a
 * deployment. All take the observed comparable tree, because blocks that ECS replaces as a whole
 * are sent as observed with exactly the changes applied.
 */
public final class UpdateRequests {

  /**
   * The members of UpdateService, without {@code cluster} and {@code service}, that carry these
   * changes. Empty when only tags or members that cannot be updated have changed.
   */
  public ObjectNode service(ObjectNode observed, List<FieldChange> changes) {
    throw new UnsupportedOperationException();
  }

  /** The members of UpdateCluster, without {@code cluster}, that carry these changes. */
  public ObjectNode cluster(ObjectNode observed, List<FieldChange> changes) {
    throw new UnsupportedOperationException();
  }

  /**
   * The members of PutClusterCapacityProviders, without {@code cluster}; always both, since the
   * call replaces both. Empty when neither has changed.
   */
  public Optional<ObjectNode> capacityProviders(ObjectNode observed, List<FieldChange> changes) {
    throw new UnsupportedOperationException();
  }

  /**
   * What TagResource and UntagResource have to carry.
   *
   * @param toPut tags as {@code [{"key": …, "value": …}]}, empty when none
   * @param keysToRemove keys for UntagResource, empty when none
   */
  public record Tags(ArrayNode toPut, List<String> keysToRemove) {
    public Tags {
      keysToRemove = List.copyOf(keysToRemove);
    }
  }

  public Tags tags(List<FieldChange> changes) {
    throw new UnsupportedOperationException();
  }

  /** Those of the changes that ECS cannot make in place: the resource would have to be replaced. */
  public List<FieldChange> replacements(Shape shape, List<FieldChange> changes) {
    throw new UnsupportedOperationException();
  }
}
