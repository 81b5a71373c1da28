package io.ecsoperator.operator.convergence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Injects a fault into each write and read, as queued by a test. */
final class FaultyEcs implements Ecs {

  /** The operator crashes: only what is in the status is known afterwards. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("The process has died.", null, false, false);
    }
  }

  private final Ecs ecs;
  private final Queue<InjectedFault> writes = new ConcurrentLinkedQueue<>();
  private final Queue<Boolean> readsFail = new ConcurrentLinkedQueue<>();
  private final AtomicInteger written = new AtomicInteger();
  private final Set<String> tasks = ConcurrentHashMap.newKeySet();

  FaultyEcs(Ecs ecs) {
    this.ecs = ecs;
  }

  void injectFaults(List<InjectedFault> faults, List<Boolean> failures) {
    writes.addAll(faults);
    readsFail.addAll(failures);
  }

  void endFaults() {
    writes.clear();
    readsFail.clear();
  }

  /** How many writes were begun so far. */
  int written() {
    return written.get();
  }

  /** How many tasks ECS has started. */
  int startedTasks() {
    return tasks.size();
  }

  @Override
  public Ecs.Response read(String operation, ObjectNode request, CallContext callContext) {
    if (Boolean.TRUE.equals(readsFail.poll())) {
      throw throttled(operation);
    }
    return ecs.read(operation, request, callContext);
  }

  @Override
  public Ecs.Response write(String operation, ObjectNode request, CallContext callContext) {
    written.incrementAndGet();
    InjectedFault fault = writes.isEmpty() ? InjectedFault.NONE : writes.remove();
    switch (fault) {
      case THROTTLED -> throw throttled(operation);
      case NOT_ARRIVED -> throw lost(operation);
      case CRASH_BEFORE -> throw new Crash();
      case NONE, ANSWER_LOST, CRASH_AFTER -> {}
    }
    Ecs.Response answer = ecs.write(operation, request, callContext);
    answer.tree().path("tasks").forEach(task -> tasks.add(task.path("taskArn").asText()));
    switch (fault) {
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
