package io.ecsoperator.operator.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.AwsFailure;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Ecs;
import io.ecsoperator.operator.aws.FailureClass;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins what many callers want described into few calls: whoever asks within a window, or until
 * ECS's limit is reached, shares one call.
 *
 * <p>Nobody suffers from what others asked for. A resource that a batch did not describe, or all of
 * a batch that ECS refused, are asked for singly, unless nobody who asked has ever seen it and ECS
 * says that it is missing; one that is refused alone is not put into batches again until it works.
 * Futures never complete exceptionally.
 */
final class DescribeBatcher {
  private static final Logger log = LoggerFactory.getLogger(DescribeBatcher.class);

  /** What it takes for a resource to count as absent. */
  enum Absence {
    /** An answer to a call that was about it alone. */
    TOLD_ALONE,
    /** ECS's word that it is missing, be it among others. */
    TOLD
  }

  /** What may share a call. */
  private record Group(Kind kind, String cluster, String only) {
    int limit() {
      return only.isEmpty() ? kind.limit() : 1;
    }
  }

  /** A call that takes place for whoever of those waiting for it goes first. */
  private static final class Batch {
    private final Group group;
    private final Map<ResourceKey, CompletableFuture<DescribeResult>> waiting =
        new LinkedHashMap<>();
    private final Instant openedAt;
    private final Set<ResourceKey> toConfirm = new HashSet<>();
    private CallContext callContext;

    Batch(Group group, Instant openedAt, CallContext callContext) {
      this.group = group;
      this.openedAt = openedAt;
      this.callContext = callContext;
    }

    CompletableFuture<DescribeResult> join(ResourceKey key, CallContext other, Absence absence) {
      callContext = CallContext.mostUrgent(callContext, other);
      if (absence == Absence.TOLD_ALONE) {
        toConfirm.add(key);
      }
      return waiting.computeIfAbsent(key, asked -> new CompletableFuture<>());
    }
  }

  /**
   * @param absence what its answer may take for absence
   */
  private record Running(
      LogicalTime startedAt, CompletableFuture<DescribeResult> result, Absence absence) {
    boolean suffices(Absence wanted) {
      return absence == Absence.TOLD_ALONE || wanted == Absence.TOLD;
    }
  }

  private final Ecs ecs;
  private final LogicalClock logicalClock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Duration window;
  private final MeterProvider<DistributionSummary> sizes;
  private final MeterProvider<Timer> windows;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Group, Batch> open = new HashMap<>();
  private final Map<ResourceKey, Running> running = new HashMap<>();
  private final Set<ResourceKey> refusedAlone = new HashSet<>();

  DescribeBatcher(
      Ecs ecs,
      LogicalClock logicalClock,
      Scheduler scheduler,
      Executor executor,
      Duration window,
      MeterRegistry metrics) {
    this.ecs = ecs;
    this.logicalClock = logicalClock;
    this.scheduler = scheduler;
    this.executor = executor;
    this.window = window;
    this.sizes =
        DistributionSummary.builder("ecs.operator.describe.batch.size")
            .description("Resources that one describe asks for")
            .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100)
            .withRegistry(metrics);
    this.windows =
        Timer.builder("ecs.operator.describe.batch.wait")
            .description("How long a describe was held open for others to join")
            .withRegistry(metrics);
  }

  /**
   * What ECS says about one resource, by a call that has not started yet.
   *
   * @param absence what it takes for the resource to count as absent
   * @param recentEnough whether a call that is already under way will do, by when it was started
   */
  CompletableFuture<DescribeResult> describe(
      ResourceKey key,
      CallContext callContext,
      Absence absence,
      Predicate<LogicalTime> recentEnough) {
    lock.lock();
    try {
      Running underWay = running.get(key);
      if (underWay != null
          && underWay.suffices(absence)
          && recentEnough.test(underWay.startedAt())) {
        return underWay.result();
      }
      Batch batch = open.computeIfAbsent(group(key), group -> open(group, callContext));
      CompletableFuture<DescribeResult> result = batch.join(key, callContext, absence);
      if (batch.waiting.size() < batch.group.limit()) {
        return result;
      }
      open.remove(batch.group);
      call(batch);
      return result;
    } finally {
      lock.unlock();
    }
  }

  private Group group(ResourceKey key) {
    return new Group(key.kind(), key.cluster(), refusedAlone.contains(key) ? key.id() : "");
  }

  private Batch open(Group group, CallContext callContext) {
    Batch batch = new Batch(group, logicalClock.now(), callContext);
    if (group.limit() > 1) {
      scheduler.after(window, () -> close(batch));
    }
    return batch;
  }

  private void close(Batch batch) {
    lock.lock();
    try {
      // It may have become full, and another one may be open in its place.
      if (open.get(batch.group) == batch) {
        open.remove(batch.group);
        call(batch);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The call starts now: whoever comes later and wants a later start does not share it. */
  private void call(Batch batch) {
    lock.lock();
    try {
      LogicalTime startedAt = logicalClock.next();
      batch.waiting.forEach(
          (key, result) -> running.put(key, new Running(startedAt, result, absence(batch, key))));
      String operation = batch.group.kind().operation();
      sizes.withTag("operation", operation).record(batch.waiting.size());
      windows
          .withTag("operation", operation)
          .record(Duration.between(batch.openedAt, startedAt.at()));
      executor.execute(() -> answer(batch, startedAt));
    } finally {
      lock.unlock();
    }
  }

  private static Absence absence(Batch batch, ResourceKey key) {
    return batch.waiting.size() == 1 || batch.toConfirm.contains(key)
        ? Absence.TOLD_ALONE
        : Absence.TOLD;
  }

  private void answer(Batch batch, LogicalTime startedAt) {
    Kind kind = batch.group.kind();
    List<String> ids = batch.waiting.keySet().stream().map(ResourceKey::id).toList();
    try {
      ObjectNode answer =
          ecs.read(kind.operation(), kind.request(batch.group.cluster(), ids), batch.callContext)
              .tree();
      Map<String, ObjectNode> found = kind.found(ids.getFirst(), answer);
      batch.waiting.forEach(
          (key, result) -> {
            ObjectNode tree = found.get(key.id());
            if (tree != null) {
              complete(key, result, new DescribeResult.Found(startedAt, tree));
            } else if (ids.size() == 1) {
              complete(key, result, notFound(kind, answer, startedAt));
            } else if (absence(batch, key) == Absence.TOLD && isMissing(key, answer)) {
              complete(key, result, new DescribeResult.Missing(startedAt));
            } else {
              askAlone(key, result, batch.callContext);
            }
          });
    } catch (AwsFailure failure) {
      boolean aboutOneOfThem =
          failure.failureClass() == FailureClass.BLOCKED
              || failure.failureClass() == FailureClass.NOT_FOUND;
      if (ids.size() > 1 && aboutOneOfThem) {
        batch.waiting.forEach((key, result) -> askAlone(key, result, batch.callContext));
      } else {
        completeAll(batch, failed(failure, startedAt));
      }
    } catch (RuntimeException e) {
      log.error("Unexpected error while describing {}", batch.waiting.keySet(), e);
      completeAll(
          batch,
          new DescribeResult.Failed(
              startedAt,
              AwsFailure.of(
                  kind.operation(), FailureClass.TRANSIENT, "UnexpectedError", e.toString())));
    }
  }

  private void askAlone(
      ResourceKey key, CompletableFuture<DescribeResult> result, CallContext callContext) {
    Batch alone =
        new Batch(new Group(key.kind(), key.cluster(), key.id()), logicalClock.now(), callContext);
    alone.waiting.put(key, result);
    call(alone);
  }

  /** Whether ECS says so of it, and not only says nothing. */
  private static boolean isMissing(ResourceKey key, ObjectNode answer) {
    return answer
        .path("failures")
        .valueStream()
        .filter(failure -> failure.path("reason").asText().equals("MISSING"))
        .map(failure -> failure.path("arn").asText())
        .anyMatch(arn -> arn.equals(key.id()) || arn.endsWith("/" + key.id()));
  }

  /** What an answer means that describes nothing although it was asked for one thing only. */
  private static DescribeResult notFound(Kind kind, ObjectNode answer, LogicalTime startedAt) {
    JsonNode failure = answer.path("failures").path(0);
    String reason = failure.path("reason").asText("MISSING");
    if (kind.isAnswer(answer) && reason.equals("MISSING")) {
      return new DescribeResult.Missing(startedAt);
    }
    String detail = failure.path("detail").asText("the answer says nothing about it");
    return new DescribeResult.Failed(
        startedAt,
        AwsFailure.of(
            kind.operation(), FailureClass.TRANSIENT, reason, "Not described: " + detail));
  }

  private static DescribeResult failed(AwsFailure failure, LogicalTime startedAt) {
    return failure.failureClass() == FailureClass.NOT_FOUND
        ? new DescribeResult.Missing(startedAt)
        : new DescribeResult.Failed(startedAt, failure);
  }

  private void completeAll(Batch batch, DescribeResult described) {
    batch.waiting.forEach((key, result) -> complete(key, result, described));
  }

  private void complete(
      ResourceKey key, CompletableFuture<DescribeResult> result, DescribeResult described) {
    lock.lock();
    try {
      if (running.containsKey(key) && running.get(key).result() == result) {
        running.remove(key);
      }
      boolean refused =
          described instanceof DescribeResult.Failed failed
              && failed.why().failureClass() == FailureClass.BLOCKED;
      if (refused) {
        refusedAlone.add(key);
      } else {
        refusedAlone.remove(key);
      }
    } finally {
      lock.unlock();
    }
    result.complete(described);
  }
}
