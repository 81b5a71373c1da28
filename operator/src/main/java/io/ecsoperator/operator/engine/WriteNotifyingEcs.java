package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Answer;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import java.util.function.Consumer;

/** Tells, the moment that a call which changes AWS is begun, for which object it is made. */
public record WriteNotifyingEcs(Ecs ecs, Consumer<ObjectKey> begun) implements Ecs {

  @Override
  public Answer read(String operation, ObjectNode request, CallContext callContext) {
    return ecs.read(operation, request, callContext);
  }

  @Override
  public Answer write(String operation, ObjectNode request, CallContext callContext) {
    callContext.object().ifPresent(begun);
    return ecs.write(operation, request, callContext);
  }

  @Override
  public String region() {
    return ecs.region();
  }
}
