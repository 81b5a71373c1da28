package io.ecsoperator.operator.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.Answer;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.Purpose;
import java.util.function.Consumer;

/** Tells, the moment that a call which changes AWS is begun, for which object it is made. */
public record AnnouncedWrites(Ecs ecs, Consumer<ObjectKey> begun) implements Ecs {

  @Override
  public Answer read(String operation, ObjectNode request, Purpose purpose) {
    return ecs.read(operation, request, purpose);
  }

  @Override
  public Answer write(String operation, ObjectNode request, Purpose purpose) {
    purpose.object().ifPresent(begun);
    return ecs.write(operation, request, purpose);
  }

  @Override
  public String region() {
    return ecs.region();
  }
}
