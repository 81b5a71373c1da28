package io.ecsoperator.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One step of a plan. */
public sealed interface Action {

  /**
   * A call that changes AWS.
   *
   * @param operation the ECS operation, for example {@code UpdateService}
   * @param request the whole request, as the ECS API takes it, client token included
   * @param changes the fields that make the call necessary; empty for a delete
   */
  record Call(String operation, ObjectNode request, List<FieldChange> changes) implements Action {
    public Call {
      changes = List.copyOf(changes);
    }
  }
}
