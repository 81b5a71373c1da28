package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.VirtualTime;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Deferred;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Granted;
import io.ecsoperator.sdkschema.quota.QuotaCategory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Callers of a queue, on a virtual clock: records which calls were admitted and deferred, and when.
 */
final class Callers {
  static final String OPERATION = "RegisterTaskDefinition";

  record AdmittedCall(CallContext callContext, Instant at) {}

  record DeferredCall(CallContext callContext, Instant at, Instant retryAt) {}

  final VirtualTime time = new VirtualTime();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<AdmittedCall> admitted = new ArrayList<>();
  final List<DeferredCall> deferred = new ArrayList<>();
  final List<ObjectKey> enqueued = new ArrayList<>();
  final CallQueue queue;
  private int waiting;

  Callers(Quota quota) {
    CallQueueMetrics metrics = new CallQueueMetrics(registry, QuotaCategory.TASK_DEFINITION_MODIFY);
    queue = new CallQueue(quota, time, time::after, enqueued::add, metrics);
    metrics.register(queue);
  }

  /** A queue whose tokens are used up, with no call in flight. */
  static Callers withoutTokens(Quota quota) {
    Callers callers = new Callers(quota);
    for (int i = 0; i < (int) quota.burst(); i++) {
      callers.enter(CallContext.of(Priority.DELETE));
    }
    callers.admitted.clear();
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
    CompletableFuture<Admission> admission = queue.enter(OPERATION, callContext);
    admission.thenAccept(
        result -> {
          waiting--;
          switch (result) {
            case Granted granted -> {
              admitted.add(new AdmittedCall(callContext, time.instant()));
              time.after(latency, () -> queue.answered(granted.call()));
            }
            case Deferred deferredAdmission ->
                deferred.add(
                    new DeferredCall(callContext, time.instant(), deferredAdmission.retryAt()));
          }
        });
    time.pass(Duration.ZERO);
  }

  /** The number of waiting callers. */
  int waiting() {
    return waiting;
  }

  List<String> names() {
    return admitted.stream().map(call -> call.callContext().object().orElseThrow().name()).toList();
  }
}
