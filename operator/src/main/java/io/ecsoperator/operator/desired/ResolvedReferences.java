package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The AWS part of a spec with its references resolved.
 *
 * @param aws as the ECS API takes it; a reference that cannot be resolved yet is left out
 * @param unresolved the references that cannot be resolved yet, in the order of their declaration
 */
public record ResolvedReferences(ObjectNode aws, List<Unresolved> unresolved) {

  /**
   * A reference that cannot be resolved yet.
   *
   * @param path of the declared field
   * @param message what the object waits for, for the Ready condition
   */
  public record Unresolved(String path, String message) {}

  public ResolvedReferences {
    unresolved = List.copyOf(unresolved);
  }

  /** What the object waits for; empty if all references are resolved. */
  public Optional<String> waiting() {
    return unresolved.stream().map(Unresolved::message).findFirst();
  }

  /** Whether a declared field is absent or resolved. */
  public boolean isResolved(String path) {
    return unresolved.stream().noneMatch(reference -> reference.path().equals(path));
  }

  /** The cluster to name in calls; ECS's default cluster if the spec names none. */
  public String cluster() {
    return aws.path("cluster").asText("default");
  }
}
