package io.ecsoperator.operator.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.OutageEcs;
import io.ecsoperator.operator.aws.Priority;
import io.ecsoperator.operator.cache.WriteListener;
import io.ecsoperator.operator.secrets.Redaction;
import io.ecsoperator.plan.FieldChange;
import io.ecsoperator.plan.Plan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Execute: sends the calls of plans. It is the only caller of writes. It reports each write to the
 * cache, and logs it as one line. Safe for many threads.
 */
public final class PlanExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(PlanExecutor.class);

  /** A log line names so many changed fields; more are only counted. */
  private static final int MOST_CHANGES = 20;

  private final Ecs ecs;
  private final WriteListener writes;
  private final Clock clock;
  private final SerialCalls serialCalls;
  private final Consumer<ObjectKey> enqueue;

  /** The objects that IAM denied a call, by its operation. */
  private final Map<String, Set<ObjectKey>> denied = new ConcurrentHashMap<>();

  /** When a call of an operation last worked, for any object. */
  private final Map<String, Instant> lastDone = new ConcurrentHashMap<>();

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
    this.serialCalls = new SerialCalls(clock);
    this.enqueue = enqueue;
  }

  /**
   * Sends the calls in order and stops at the first failure.
   *
   * @param secrets masks what a failure may repeat of the object; AWS knows more of it than the
   *     request that fails
   * @throws io.ecsoperator.operator.leader.NotLeaderException when leadership was lost before all
   *     were sent
   */
  public Result execute(
      Plan plan, ObjectKey object, Priority priority, Supplier<Redaction> secrets) {
    List<ObjectNode> responses = new ArrayList<>();
    for (Plan.Call call : plan.calls()) {
      try {
        responses.add(serialCalls.send(call, object, () -> send(call, object, priority)));
        lastDone.put(call.operation(), clock.instant());
        enqueueDenied(call.operation(), object);
      } catch (AwsFailure unmasked) {
        AwsFailure failure = unmasked.masked(secrets.get());
        logFailed(object, call, failure);
        if (failure.isAccessDenied()) {
          recordDenied(call.operation(), object);
        }
        return new Result.Failed(call, failure, responses);
      }
    }
    return new Result.Completed(responses);
  }

  /** When a call of an operation last worked, for any object. */
  Optional<Instant> lastDone(String operation) {
    return Optional.ofNullable(lastDone.get(operation));
  }

  /** The object is gone: nothing is to be done for it once IAM allows its call. */
  void forget(ObjectKey object) {
    denied
        .keySet()
        .forEach(
            operation ->
                denied.computeIfPresent(
                    operation,
                    (same, objects) -> {
                      objects.remove(object);
                      return objects.isEmpty() ? null : objects;
                    }));
  }

  /** In one step with the choice of the set, since {@link #enqueueDenied} removes it. */
  private void recordDenied(String operation, ObjectKey object) {
    denied.compute(
        operation,
        (same, objects) -> {
          Set<ObjectKey> all = objects == null ? ConcurrentHashMap.newKeySet() : objects;
          all.add(object);
          return all;
        });
  }

  /** IAM allows the call again: what it was denied to need not wait for the next attempt. */
  private void enqueueDenied(String operation, ObjectKey allowed) {
    Set<ObjectKey> objects = denied.remove(operation);
    if (objects != null) {
      objects.stream().filter(object -> !object.equals(allowed)).forEach(enqueue);
    }
  }

  private ObjectNode send(Plan.Call call, ObjectKey object, Priority priority) {
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
    logDone(object, call, answer);
    return answer.tree();
  }

  /** One line for each call. It names the fields that changed and never shows their values. */
  private static void logDone(ObjectKey who, Plan.Call call, Ecs.Response answer) {
    line(Level.INFO, who, call, answer.requestId(), "done").log("{} done", call.operation());
  }

  private static void logFailed(ObjectKey who, Plan.Call call, AwsFailure failure) {
    String outcome = failure.failureClass().name().toLowerCase(Locale.ROOT);
    line(level(failure), who, call, failure.requestId(), outcome)
        .addKeyValue("code", failure.code())
        .addKeyValue("ambiguous", failure.ambiguous())
        .log("{} failed: {}", call.operation(), failure.message());
  }

  /**
   * A call that has to wait is no warning; one that is queued for quota, or not sent since ECS is
   * away, is only worth debugging.
   */
  private static Level level(AwsFailure failure) {
    if (failure.deferredUntil().isPresent() || failure.code().equals(OutageEcs.AWAY)) {
      return Level.DEBUG;
    }
    return switch (failure.failureClass()) {
      case THROTTLED, NO_CAPACITY, WAITING -> Level.INFO;
      case NOT_FOUND, TRANSIENT, BLOCKED -> Level.WARN;
    };
  }

  private static LoggingEventBuilder line(
      Level level, ObjectKey who, Plan.Call call, Optional<String> requestId, String outcome) {
    LoggingEventBuilder line =
        LOG.atLevel(level)
            .addKeyValue("kind", who.kind())
            .addKeyValue("namespace", who.namespace())
            .addKeyValue("name", who.name())
            .addKeyValue("operation", call.operation())
            .addKeyValue("outcome", outcome);
    requestId.ifPresent(id -> line.addKeyValue("requestId", id));
    if (!call.changes().isEmpty()) {
      line.addKeyValue("changes", changes(call));
    }
    return line;
  }

  private static String changes(Plan.Call call) {
    String shown =
        call.changes().stream()
            .limit(MOST_CHANGES)
            .map(FieldChange::path)
            .collect(Collectors.joining(","));
    int more = call.changes().size() - MOST_CHANGES;
    return more > 0 ? shown + ",… (" + more + " more)" : shown;
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
    record Failed(Plan.Call call, AwsFailure failure, List<ObjectNode> responses)
        implements Result {
      public Failed {
        responses = List.copyOf(responses);
      }
    }
  }

  /**
   * Lets one call at a time pass of those that name the same {@link Plan.Call#serialKey()}. The
   * others are deferred and hold no thread: however many objects name one key, they keep no thread
   * from the objects of other users. The deferred calls of one namespace are due one after the
   * other, so a namespace with many objects delays another one's call as much as one object does.
   */
  static final class SerialCalls {
    /** Longer than most calls take. */
    static final Duration TURN = Duration.ofSeconds(1);

    /** A call is never deferred for longer, so that its object is not forgotten. */
    static final Duration LONGEST_DEFERRAL = Duration.ofMinutes(10);

    private final Clock clock;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** When the last deferred call of a namespace is due, by key. */
    private final Map<Waiters, Instant> lastTurns = new ConcurrentHashMap<>();

    private record Waiters(String key, String namespace) {}

    SerialCalls(Clock clock) {
      this.clock = clock;
    }

    ObjectNode send(Plan.Call call, ObjectKey object, Supplier<ObjectNode> send) {
      return call.serialKey()
          .map(key -> alone(key, call.operation(), object, send))
          .orElseGet(send);
    }

    private ObjectNode alone(
        String key, String operation, ObjectKey object, Supplier<ObjectNode> send) {
      if (!underWay.add(key)) {
        throw AwsFailure.deferredForAnother(
            operation, nextTurn(new Waiters(key, object.namespace())));
      }
      try {
        return send.get();
      } finally {
        underWay.remove(key);
      }
    }

    private Instant nextTurn(Waiters waiters) {
      Instant now = clock.instant();
      lastTurns.values().removeIf(last -> last.isBefore(now));
      Instant longest = now.plus(LONGEST_DEFERRAL);
      return Objects.requireNonNull(
          lastTurns.merge(
              waiters,
              now.plus(TURN),
              (last, first) -> {
                Instant next = last.plus(TURN);
                return next.isBefore(longest) ? next : longest;
              }));
    }
  }
}
