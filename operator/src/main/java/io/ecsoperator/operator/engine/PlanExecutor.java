package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.EcsResponse;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.WriteListener;
import io.ecsoperator.plan.Action;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Execute: sends the calls of plans. It is the only caller of writes. It reports each write to the
 * cache, and logs it as one line. Safe for many threads.
 */
public final class PlanExecutor {
  private final Ecs ecs;
  private final WriteListener writes;
  private final Clock clock;
  private final ActionLog log = new ActionLog();
  private final SerialCalls serialCalls = new SerialCalls();
  private final Consumer<ObjectKey> enqueue;

  /** The objects that IAM denied a call, by its operation. */
  private final Map<String, Set<ObjectKey>> denied = new ConcurrentHashMap<>();

  public PlanExecutor(Ecs ecs, WriteListener writes, Clock clock) {
    this(ecs, writes, clock, object -> {});
  }

  /**
   * @param enqueue gets the objects that a call was denied to, once IAM allows it to another one
   */
  public PlanExecutor(Ecs ecs, WriteListener writes, Clock clock, Consumer<ObjectKey> enqueue) {
    this.ecs = ecs;
    this.writes = writes;
    this.clock = clock;
    this.enqueue = enqueue;
  }

  /**
   * Sends the calls in order and stops at the first failure.
   *
   * @throws io.ecsoperator.operator.leader.NotLeaderException when leadership was lost before all
   *     were sent
   */
  public ExecutionResult execute(Plan plan, ObjectKey object, Priority priority) {
    List<ObjectNode> responses = new ArrayList<>();
    for (Action action : plan.actions()) {
      switch (action) {
        case Action.Call call -> {
          try {
            responses.add(serialCalls.send(call, () -> send(call, object, priority)));
            enqueueDenied(call.operation(), object);
          } catch (AwsFailure failure) {
            log.failed(object, call, failure);
            if (failure.isAccessDenied()) {
              denied
                  .computeIfAbsent(call.operation(), first -> ConcurrentHashMap.newKeySet())
                  .add(object);
            }
            return new ExecutionResult.Failed(call, failure, responses);
          }
        }
      }
    }
    return new ExecutionResult.Completed(responses);
  }

  /** IAM allows the call again: what it was denied to need not wait for the next attempt. */
  private void enqueueDenied(String operation, ObjectKey allowed) {
    Set<ObjectKey> objects = denied.remove(operation);
    if (objects != null) {
      objects.stream().filter(object -> !object.equals(allowed)).forEach(enqueue);
    }
  }

  private ObjectNode send(Action.Call call, ObjectKey object, Priority priority) {
    writes.starting(call.operation());
    Instant begunAt = clock.instant();
    EcsResponse answer;
    try {
      answer = ecs.write(call.operation(), call.request(), CallContext.of(priority, object));
    } catch (AwsFailure failure) {
      if (failure.deferredUntil().isEmpty()) {
        writes.failed(call.operation(), call.request());
      }
      throw failure;
    }
    // Time spent waiting for quota does not count towards the answer's age.
    Instant sentAt = begunAt.plus(answer.quotaWait());
    writes.wrote(object, call.operation(), call.request(), answer.tree(), sentAt);
    log.done(object, call, answer);
    return answer.tree();
  }
}
