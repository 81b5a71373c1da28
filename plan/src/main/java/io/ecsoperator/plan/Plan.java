package io.ecsoperator.plan;

import java.util.List;

/** What has to be done, in order. Empty when what is wanted is what is there. */
public record Plan(List<Action> actions) {
  public static final Plan NOTHING = new Plan(List.of());

  public Plan {
    actions = List.copyOf(actions);
  }

  public boolean isEmpty() {
    return actions.isEmpty();
  }
}
