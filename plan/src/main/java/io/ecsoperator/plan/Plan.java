package io.ecsoperator.plan;

import java.util.List;

/** The calls to make, in order. Empty if the resource is as desired. */
public record Plan(List<Action> actions) {
  public static final Plan NOTHING = new Plan(List.of());

  public Plan {
    actions = List.copyOf(actions);
  }

  public boolean isEmpty() {
    return actions.isEmpty();
  }
}
