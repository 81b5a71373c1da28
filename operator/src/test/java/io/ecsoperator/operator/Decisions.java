package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import java.util.List;

/** What planners answer, in a form that tests can compare. */
public final class Decisions {
  private Decisions() {}

  public static <S extends EcsStatus> Decision.Act<S> act(Decision<S> step) {
    assertThat(step).isInstanceOf(Decision.Act.class);
    return (Decision.Act<S>) step;
  }

  public static <S extends EcsStatus> Decision.Settled<S> settled(Decision<S> step) {
    assertThat(step).isInstanceOf(Decision.Settled.class);
    return (Decision.Settled<S>) step;
  }

  public static List<Action.Call> calls(Decision<?> step) {
    return act(step).plan().actions().stream().map(action -> (Action.Call) action).toList();
  }

  public static Action.Call onlyCall(Decision<?> step) {
    assertThat(calls(step)).hasSize(1);
    return calls(step).getFirst();
  }

  /** Operation and request of each call. */
  public static List<String> requests(Decision<?> step) {
    return calls(step).stream().map(call -> call.operation() + " " + call.request()).toList();
  }

  public static String request(String operation, String json) {
    return operation + " " + Trees.tree(json);
  }

  public static ObjectNode requestOf(Decision<?> step, String operation) {
    return calls(step).stream()
        .filter(call -> call.operation().equals(operation))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + operation + " in " + requests(step)))
        .request();
  }

  public static List<String> changedPaths(Action.Call call) {
    return call.changes().stream().map(FieldChange::path).toList();
  }

  /** Whether the verdict is Ready, Reconciling or Stalled, and its reason. */
  public static String readyState(Decision<?> step) {
    ReadyState readyState =
        step instanceof Decision.Act<?> act
            ? act.readyState()
            : ((Decision.Settled<?>) step).readyState();
    return readyState.getClass().getSimpleName() + "/" + readyState.reason();
  }

  public static String message(Decision<?> step) {
    return ((Decision.Settled<?>) step).readyState().message();
  }
}
