package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.desired.Desired;
import io.ecsoperator.operator.desired.References;
import io.ecsoperator.operator.desired.References.Resolved.Cause;
import io.ecsoperator.operator.desired.References.Resolved.Unresolved;
import io.ecsoperator.operator.status.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** References as a test wants them resolved, whatever the spec says. */
public final class TestReferences {
  private TestReferences() {}

  /** A reference that is resolved, or is not yet. */
  public sealed interface Ref {}

  public record Resolved(String value) implements Ref {}

  public record Waiting(String message) implements Ref {}

  /** The AWS part of a spec as it is. */
  public static References.Resolved none(Desired desired) {
    return new References.Resolved(desired.aws().deepCopy(), List.of());
  }

  public static References.Resolved of(
      Desired desired, Ref cluster, Optional<? extends Ref> taskDefinition) {
    ObjectNode aws = desired.aws().deepCopy();
    List<Unresolved> unresolved = new ArrayList<>();
    put(aws, "cluster", cluster, unresolved);
    taskDefinition.ifPresent(ref -> put(aws, "taskDefinition", ref, unresolved));
    return new References.Resolved(aws, unresolved);
  }

  private static void put(ObjectNode aws, String member, Ref ref, List<Unresolved> unresolved) {
    switch (ref) {
      case Resolved(String value) -> aws.put(member, value);
      case Waiting(String message) ->
          unresolved.add(
              new Unresolved(member + "Ref", Cause.MISSING, Reason.WAITING_FOR_REFERENCE, message));
    }
  }
}
