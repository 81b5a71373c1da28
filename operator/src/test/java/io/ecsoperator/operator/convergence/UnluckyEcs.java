package io.ecsoperator.operator.convergence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.EcsResponse;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to ECS on which each write meets the next mishap, and reads fail as asked. */
final class UnluckyEcs implements Ecs {

  /** The end of the process: nothing that is not in the status is known afterwards. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("The process has died.", null, false, false);
    }
  }

  private final Ecs ecs;
  private final Queue<Mishap> writes = new ConcurrentLinkedQueue<>();
  private final Queue<Boolean> readsFail = new ConcurrentLinkedQueue<>();
  private final AtomicInteger written = new AtomicInteger();

  UnluckyEcs(Ecs ecs) {
    this.ecs = ecs;
  }

  void meets(List<Mishap> mishaps, List<Boolean> failures) {
    writes.addAll(mishaps);
    readsFail.addAll(failures);
  }

  void isLuckyFromNowOn() {
    writes.clear();
    readsFail.clear();
  }

  /** How many writes were begun so far. */
  int written() {
    return written.get();
  }

  @Override
  public EcsResponse read(String operation, ObjectNode request, CallContext callContext) {
    if (Boolean.TRUE.equals(readsFail.poll())) {
      throw throttled(operation);
    }
    return ecs.read(operation, request, callContext);
  }

  @Override
  public EcsResponse write(String operation, ObjectNode request, CallContext callContext) {
    written.incrementAndGet();
    Mishap mishap = writes.isEmpty() ? Mishap.NONE : writes.remove();
    switch (mishap) {
      case THROTTLED -> throw throttled(operation);
      case NOT_ARRIVED -> throw lost(operation);
      case CRASH_BEFORE -> throw new Crash();
      case NONE, ANSWER_LOST, CRASH_AFTER -> {}
    }
    EcsResponse answer = ecs.write(operation, request, callContext);
    switch (mishap) {
      case ANSWER_LOST -> throw lost(operation);
      case CRASH_AFTER -> throw new Crash();
      default -> {
        return answer;
      }
    }
  }

  @Override
  public String region() {
    return ecs.region();
  }

  private static AwsFailure throttled(String operation) {
    return AwsFailure.of(operation, FailureClass.THROTTLED, "ThrottlingException", "slower");
  }

  private static AwsFailure lost(String operation) {
    return AwsFailure.of(operation, FailureClass.TRANSIENT, "ConnectionLost", "no answer")
        .withAmbiguous(true);
  }
}
