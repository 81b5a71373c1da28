package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.Admission.Granted;
import io.ecsoperator.operator.aws.quota.Admission.NotYet;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Callers at a line, on a virtual clock: who was let through when, and who was not. */
final class Callers {
  static final String OPERATION = "RegisterTaskDefinition";

  record Turn(CallContext callContext, Instant at) {}

  record PutOff(CallContext callContext, Instant at, Instant comeBackAt) {}

  final VirtualTime time = new VirtualTime();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<Turn> turns = new ArrayList<>();
  final List<PutOff> putOff = new ArrayList<>();
  final List<ObjectKey> enqueued = new ArrayList<>();
  final CallQueue line;
  private int waiting;

  Callers(Quota quota) {
    CallQueueMetrics metrics = new CallQueueMetrics(registry, QuotaCategory.TASK_DEFINITION_MODIFY);
    line = new CallQueue(quota, time, time::after, enqueued::add, metrics);
    metrics.show(line);
  }

  /** A line whose tokens are used up, at a time when nothing of them is under way. */
  static Callers withoutTokens(Quota quota) {
    Callers callers = new Callers(quota);
    for (int i = 0; i < (int) quota.burst(); i++) {
      callers.enter(CallContext.of(Priority.DELETE));
    }
    callers.turns.clear();
    return callers;
  }

  static CallContext callContext(Priority priority, String namespace, Object name) {
    return CallContext.of(priority, new ObjectKey("EcsTaskDefinition", namespace, "o" + name));
  }

  void enter(CallContext callContext) {
    enter(callContext, Duration.ZERO);
  }

  /**
   * @param latency how long the call takes
   */
  void enter(CallContext callContext, Duration latency) {
    waiting++;
    CompletableFuture<Admission> admission = line.enter(OPERATION, callContext);
    admission.thenAccept(
        result -> {
          waiting--;
          switch (result) {
            case Granted granted -> {
              turns.add(new Turn(callContext, time.instant()));
              time.after(latency, () -> line.answered(granted.sent()));
            }
            case NotYet notYet ->
                putOff.add(new PutOff(callContext, time.instant(), notYet.comeBackAt()));
          }
        });
    time.pass(Duration.ZERO);
  }

  /** How many callers are there and wait. */
  int waiting() {
    return waiting;
  }

  List<String> names() {
    return turns.stream().map(turn -> turn.callContext().object().orElseThrow().name()).toList();
  }
}
