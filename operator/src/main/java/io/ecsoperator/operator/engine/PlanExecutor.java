package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
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
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  public Result execute(Plan plan, ObjectKey object, Priority priority) {
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
            return new Result.Failed(call, failure, responses);
          }
        }
      }
    }
    return new Result.Completed(responses);
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
    Ecs.Response answer;
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

  /** What came of a plan that was executed. */
  public sealed interface Result {

    /** The responses to the calls that worked, in the plan's order. */
    List<ObjectNode> responses();

    /** Every call worked. */
    record Completed(List<ObjectNode> responses) implements Result {
      public Completed {
        responses = List.copyOf(responses);
      }
    }

    /** A call failed; those after it were not sent. */
    record Failed(Action.Call call, AwsFailure failure, List<ObjectNode> responses)
        implements Result {
      public Failed {
        responses = List.copyOf(responses);
      }
    }
  }

  /**
   * Sends calls that name the same {@link Action.Call#serialKey()} one after the other. Calls with
   * different keys do not wait for each other. Only keys in use have a lock.
   */
  static final class SerialCalls {

    /**
     * @param users threads that hold the lock or wait for it
     */
    private record Shared(ReentrantLock lock, int users) {}

    private final ConcurrentMap<String, Shared> locks = new ConcurrentHashMap<>();

    <T> T send(Action.Call call, Supplier<T> send) {
      return call.serialKey().map(key -> locked(key, send)).orElseGet(send);
    }

    private <T> T locked(String key, Supplier<T> send) {
      ReentrantLock lock = locks.compute(key, (same, shared) -> with(shared, 1)).lock();
      lock.lock();
      try {
        return send.get();
      } finally {
        lock.unlock();
        locks.compute(key, (same, shared) -> shared.users() == 1 ? null : with(shared, -1));
      }
    }

    private static Shared with(@Nullable Shared shared, int more) {
      return shared == null
          ? new Shared(new ReentrantLock(), more)
          : new Shared(shared.lock(), shared.users() + more);
    }
  }
}
