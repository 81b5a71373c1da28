package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.reconcile.Step;
import io.ecsoperator.operator.status.Verdict;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.FieldChange;
import java.util.List;

/** What planners answer, in a form that tests can compare. */
public final class Steps {
  private Steps() {}

  public static <S extends EcsStatus> Step.Act<S> act(Step<S> step) {
    assertThat(step).isInstanceOf(Step.Act.class);
    return (Step.Act<S>) step;
  }

  public static <S extends EcsStatus> Step.Settled<S> settled(Step<S> step) {
    assertThat(step).isInstanceOf(Step.Settled.class);
    return (Step.Settled<S>) step;
  }

  public static List<Action.Call> calls(Step<?> step) {
    return act(step).plan().actions().stream().map(action -> (Action.Call) action).toList();
  }

  public static Action.Call onlyCall(Step<?> step) {
    assertThat(calls(step)).hasSize(1);
    return calls(step).getFirst();
  }

  /** Operation and request of each call. */
  public static List<String> requests(Step<?> step) {
    return calls(step).stream().map(call -> call.operation() + " " + call.request()).toList();
  }

  public static String request(String operation, String json) {
    return operation + " " + Trees.tree(json);
  }

  public static ObjectNode requestOf(Step<?> step, String operation) {
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
  public static String verdict(Step<?> step) {
    Verdict verdict =
        step instanceof Step.Act<?> act ? act.verdict() : ((Step.Settled<?>) step).verdict();
    return verdict.getClass().getSimpleName() + "/" + verdict.reason();
  }

  public static String message(Step<?> step) {
    return ((Step.Settled<?>) step).verdict().message();
  }
}
