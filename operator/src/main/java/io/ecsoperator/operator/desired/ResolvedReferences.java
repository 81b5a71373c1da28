package io.ecsoperator.operator.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.operator.status.Reason;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The AWS part of a spec with its references resolved.
 *
 * @param aws as the ECS API takes it; a reference that cannot be resolved yet is left out
 * @param unresolved the references that cannot be resolved yet, in the order of their declaration
 */
public record ResolvedReferences(ObjectNode aws, List<Unresolved> unresolved) {

  /** Why a reference cannot be resolved, the causes that a user has to end first. */
  public enum Cause {
    /** The referred object is Stalled. */
    STALLED,
    /** The referred object does not exist, or has no resource in ECS. */
    MISSING,
    /** The current generation of the referred object is not in effect. */
    NOT_IN_EFFECT
  }

  /**
   * A reference that cannot be resolved yet.
   *
   * @param path of the declared field
   * @param reason for the Ready condition; that of the referred object if it is Stalled
   * @param message for the Ready condition
   */
  public record Unresolved(String path, Cause cause, Reason reason, String message) {

    private ReadyState state(Duration requeueAfter) {
      return cause == Cause.STALLED
          ? new ReadyState.Stalled(reason, message)
          : new ReadyState.Reconciling(reason, message, requeueAfter);
    }
  }

  public ResolvedReferences {
    unresolved = List.copyOf(unresolved);
  }

  /**
   * The state of an object some of whose references cannot be resolved; empty if all are. It names
   * the first one by its cause.
   *
   * @param requeueAfter when to reconcile again if no referred object triggers the object before
   */
  public Optional<ReadyState> obstacle(Duration requeueAfter) {
    return obstacle(requeueAfter, Set.of());
  }

  /** The same without the references of some declared fields. */
  public Optional<ReadyState> obstacle(Duration requeueAfter, Set<String> exceptPaths) {
    return unresolved.stream()
        .filter(reference -> !exceptPaths.contains(reference.path()))
        .min(Comparator.comparing(Unresolved::cause))
        .map(reference -> reference.state(requeueAfter));
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
