package io.ecsoperator.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Priority;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An ECS that answers from a script, else by a rule, and records the calls. */
public final class FakeEcs implements Ecs {
  public record Asked(String operation, ObjectNode request, CallContext callContext) {
    public Asked(String operation, ObjectNode request) {
      this(operation, request, ANY);
    }

    /** Compares without the context, which tests check by itself. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Asked asked
          && operation.equals(asked.operation)
          && request.equals(asked.request);
    }

    @Override
    public int hashCode() {
      return Objects.hash(operation, request);
    }
  }

  private static final CallContext ANY = CallContext.of(Priority.CHANGE);

  private final Deque<Function<Asked, ObjectNode>> script = new ArrayDeque<>();
  private Function<Asked, ObjectNode> rule =
      asked -> {
        throw new AssertionError("not expected: " + asked);
      };
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  public FakeEcs always(Function<Asked, ObjectNode> answer) {
    rule = answer;
    return this;
  }

  public FakeEcs answers(String json) {
    script.add(request -> Trees.tree(json));
    return this;
  }

  public FakeEcs fails(RuntimeException failure) {
    script.add(
        request -> {
          throw failure;
        });
    return this;
  }

  public FakeEcs fails(AwsFailure failure) {
    return fails((RuntimeException) failure);
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public List<String> operations() {
    return asked.stream().map(Asked::operation).toList();
  }

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    return answer(operation, request, callContext);
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    return answer(operation, request, callContext);
  }

  @Override
  public String region() {
    return "eu-central-1";
  }

  private Ecs.Response answer(String operation, ObjectNode request, CallContext callContext) {
    Asked now = new Asked(operation, request.deepCopy(), callContext);
    asked.add(now);
    Function<Asked, ObjectNode> decision = script.isEmpty() ? rule : script.remove();
    return Ecs.Response.of(decision.apply(now), Optional.of("request-" + asked.size()));
  }
}
