package io.ecsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.crds.EcsStatus;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.cache.EcsReader;
import io.ecsoperator.operator.engine.Decision;
import io.ecsoperator.operator.engine.Kind;
import io.ecsoperator.operator.engine.ReconcileContext;
import io.ecsoperator.operator.status.ReadyState;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.util.List;

/** What planners answer, in a form that tests can compare. */
public final class Decisions {
  private Decisions() {}

  /** Observes and plans as the reconcile loop does. */
  public static <S extends EcsStatus, O> Decision<S> decide(
      Kind<?, S, O> kind, ReconcileContext<S> context, EcsReader ecs) {
    try {
      O observation = kind.observer().observe(context, ecs);
      Decision<S> decision = kind.planner().plan(context, observation);
      while (decision instanceof Decision.Need<S> need) {
        observation = kind.observer().observe(context, observation, need.reads(), ecs);
        decision = kind.planner().plan(context, observation);
      }
      return decision;
    } catch (AwsFailure failure) {
      return Decision.unknown(context.status(), failure);
    }
  }

  public static <S extends EcsStatus> Decision.Execute<S> execute(Decision<S> decision) {
    assertThat(decision).isInstanceOf(Decision.Execute.class);
    return (Decision.Execute<S>) decision;
  }

  public static <S extends EcsStatus> Decision.Done<S> done(Decision<S> decision) {
    assertThat(decision).isInstanceOf(Decision.Done.class);
    return (Decision.Done<S>) decision;
  }

  public static List<Plan.Call> calls(Decision<?> decision) {
    return execute(decision).plan().calls();
  }

  public static Plan.Call onlyCall(Decision<?> decision) {
    assertThat(calls(decision)).hasSize(1);
    return calls(decision).getFirst();
  }

  /** Operation and request of each call. */
  public static List<String> requests(Decision<?> decision) {
    return calls(decision).stream().map(call -> call.operation() + " " + call.request()).toList();
  }

  public static String request(String operation, String json) {
    return operation + " " + Trees.tree(json);
  }

  public static ObjectNode requestOf(Decision<?> decision, String operation) {
    return calls(decision).stream()
        .filter(call -> call.operation().equals(operation))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + operation + " in " + requests(decision)))
        .request();
  }

  public static List<String> changedPaths(Plan.Call call) {
    return call.changes().stream().map(FieldChange::path).toList();
  }

  /** Whether the state is Ready, Reconciling or Stalled, and its reason. */
  public static String readyState(Decision<?> decision) {
    ReadyState readyState =
        decision instanceof Decision.Execute<?> execute
            ? execute.readyState()
            : ((Decision.Done<?>) decision).readyState();
    return readyState.getClass().getSimpleName() + "/" + readyState.reason();
  }

  public static String message(Decision<?> decision) {
    return ((Decision.Done<?>) decision).readyState().message();
  }
}
