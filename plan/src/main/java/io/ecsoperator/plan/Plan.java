package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The calls to make, in order. Empty if the resource is as desired. */
public record Plan(List<Call> calls) {
  public static final Plan NOTHING = new Plan(List.of());

  public Plan {
    calls = List.copyOf(calls);
  }

  public boolean isEmpty() {
    return calls.isEmpty();
  }

  /**
   * A call of the ECS API.
   *
   * @param operation for example {@code UpdateService}
   * @param request the whole request, in the API's own shape
   * @param changes the fields that make the call necessary; none for a creation
   * @param serialKey calls with an equal key are sent one after the other, since ECS refuses them
   *     while one is being processed
   */
  public record Call(
      String operation, ObjectNode request, List<FieldChange> changes, Optional<String> serialKey) {
    public Call {
      changes = List.copyOf(changes);
    }

    /** A call that may be sent beside any other. */
    public Call(String operation, ObjectNode request, List<FieldChange> changes) {
      this(operation, request, changes, Optional.empty());
    }

    public Call withSerialKey(String key) {
      return new Call(operation, request, changes, Optional.of(key));
    }
  }
}
