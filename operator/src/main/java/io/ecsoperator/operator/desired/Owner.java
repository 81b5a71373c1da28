package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.JsonNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.plan.Sha256;
import java.util.Optional;

/**
 * The owner of an ECS resource, which its tag {@value #TAG} names.
 *
 * @param id the operator installation; by default the uid of the kube-system namespace
 */
public record Owner(String id) {
  public static final String TAG = "ecs-operator.io/owner";

  /** ECS's limit for the value of a tag. */
  private static final int MAX_LENGTH = 256;

  private static final int HASH_LENGTH = 32;

  /** The tag's value for an object; one that would be too long ends in a hash of the whole. */
  public String tagOf(ObjectKey key) {
    String whole = String.join("/", id, key.namespace(), key.kind(), key.name());
    return whole.length() <= MAX_LENGTH
        ? whole
        : whole.substring(0, MAX_LENGTH - HASH_LENGTH - 1) + "-" + Sha256.hex(whole, HASH_LENGTH);
  }

  /**
   * The tag's value for the object of another kind and the same installation, namespace and name,
   * which a template describes; empty for a value that ends in a hash or is no owner's.
   */
  static Optional<String> withKind(String tag, String kind) {
    String[] parts = tag.split("/");
    if (parts.length < 4 || tag.length() == MAX_LENGTH) {
      return Optional.empty();
    }
    parts[parts.length - 2] = kind;
    return Optional.of(String.join("/", parts)).filter(value -> value.length() <= MAX_LENGTH);
  }

  /** What the owner tag in {@code tree} says for the object {@code key}. */
  public OwnershipRecord ownershipRecord(JsonNode tree, ObjectKey key) {
    Optional<String> owner = Tags.value(tree, TAG);
    if (owner.isEmpty()) {
      return new OwnershipRecord.Untagged();
    }
    return owner.get().equals(tagOf(key))
        ? new OwnershipRecord.Ours()
        : new OwnershipRecord.Others(owner.get());
  }

  /** What the owner tag of an ECS resource says. */
  public sealed interface OwnershipRecord {

    /** The tag names this object. */
    record Ours() implements OwnershipRecord {}

    /** No owner tag. */
    record Untagged() implements OwnershipRecord {}

    /** The tag names another object or another installation of the operator. */
    record Others(String owner) implements OwnershipRecord {}
  }
}
