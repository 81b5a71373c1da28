package io.ecsoperator.operator.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reports the object of each write right before the write is sent.
 *
 * @param onWrite receives the object that the write is made for
 */
public record WriteNotifyingEcs(Ecs ecs, Consumer<ObjectKey> onWrite) implements Ecs {

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    return ecs.read(operation, request, callContext);
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    callContext.object().ifPresent(onWrite);
    return ecs.write(operation, request, callContext);
  }

  @Override
  public String region() {
    return ecs.region();
  }

  @Override
  public Optional<String> credentialsId() {
    return ecs.credentialsId();
  }
}
