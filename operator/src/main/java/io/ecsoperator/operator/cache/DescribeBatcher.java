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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the describes of many callers into few calls. Callers share a call if they ask within a
 * window and ECS's limit is not reached.
 *
 * <p>No caller suffers from what others asked for. The batcher describes a resource alone if a
 * batch did not describe it, or if ECS refused the whole batch. It does not if ECS reports the
 * resource as missing and no caller has ever seen it. A resource that ECS refuses to describe alone
 * stays out of batches until that succeeds. Futures never complete exceptionally.
 *
 * <p>While ECS refuses to describe any resource of a cluster, one call in a while is sent as a
 * probe, and the others fail as it did ({@link RefusedDescribes}).
 */
final class DescribeBatcher {
  private static final Logger log = LoggerFactory.getLogger(DescribeBatcher.class);

  /** What proves that a resource is absent. */
  enum Absence {
    /** The answer to a call about it alone. */
    DESCRIBED_ALONE,
    /** ECS reports it as missing, also among other resources. */
    REPORTED_MISSING
  }

  /**
   * The resources that may share a call.
   *
   * @param only the id of the only resource; empty if there may be more
   */
  private record Group(AwsResource resource, String cluster, String only) {
    int limit() {
      return only.isEmpty() ? describe().limit() : 1;
    }

    Describe describe() {
      return resource.describe();
    }
  }

  /** A call for several callers, in the context of the one with the highest priority. */
  private static final class Batch {
    private final Group group;
    private final Map<ResourceKey, CompletableFuture<Result>> waiting = new LinkedHashMap<>();
    private final Instant openedAt;
    private final Set<ResourceKey> toConfirm = new HashSet<>();
    private CallContext callContext;

    Batch(Group group, Instant openedAt, CallContext callContext) {
      this.group = group;
      this.openedAt = openedAt;
      this.callContext = callContext;
    }

    CompletableFuture<Result> join(ResourceKey key, CallContext other, Absence absence) {
      callContext = CallContext.mostUrgent(callContext, other);
      if (absence == Absence.DESCRIBED_ALONE) {
        toConfirm.add(key);
      }
      return waiting.computeIfAbsent(key, asked -> new CompletableFuture<>());
    }
  }

  /**
   * A call under way.
   *
   * @param absence what its answer proves
   */
  private record Running(
      LogicalClock.Time startedAt, CompletableFuture<Result> result, Absence absence) {
    boolean suffices(Absence wanted) {
      return absence == Absence.DESCRIBED_ALONE || wanted == Absence.REPORTED_MISSING;
    }
  }

  private static final int MAX_REFUSED_ALONE = 10_000;
  private static final int CALLS_UNTIL_ALL_ARE_REFUSED = 2;

  private final Ecs ecs;
  private final LogicalClock logicalClock;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Duration window;
  private final RefusedDescribes refused;
  private final MeterProvider<DistributionSummary> sizes;
  private final MeterProvider<Timer> windows;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Group, Batch> open = new HashMap<>();
  private final Map<ResourceKey, Running> running = new HashMap<>();

  /** The newest ones: ECS refuses an older one again, and it is described alone again. */
  private final Set<ResourceKey> refusedAlone =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ResourceKey, Boolean> eldest) {
              return size() > MAX_REFUSED_ALONE;
            }
          });

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
    this.refused = new RefusedDescribes(logicalClock);
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
   * Describes one resource with a call that has not started yet, or that is recent enough.
   *
   * @param absence what proves that the resource is absent
   * @param recentEnough whether a call that is under way will do, by when it was started
   */
  CompletableFuture<Result> describe(
      ResourceKey key,
      CallContext callContext,
      Absence absence,
      Predicate<LogicalClock.Time> recentEnough) {
    lock.lock();
    try {
      Running underWay = running.get(key);
      if (underWay != null
          && underWay.suffices(absence)
          && recentEnough.test(underWay.startedAt())) {
        return underWay.result();
      }
      Batch batch = open.computeIfAbsent(group(key), group -> open(group, callContext));
      CompletableFuture<Result> result = batch.join(key, callContext, absence);
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
    return new Group(key.resource(), key.cluster(), refusedAlone.contains(key) ? key.id() : "");
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
      // The batch may have become full, and another one may be open in its place.
      if (open.get(batch.group) == batch) {
        open.remove(batch.group);
        call(batch);
      }
    } finally {
      lock.unlock();
    }
  }

  private void call(Batch batch) {
    LogicalClock.Time startedAt = start(batch);
    executor.execute(() -> answer(batch, startedAt));
  }

  /** Starts the call: a later caller that asks for a later start does not share it. */
  private LogicalClock.Time start(Batch batch) {
    lock.lock();
    try {
      LogicalClock.Time startedAt = logicalClock.next();
      batch.waiting.forEach(
          (key, result) -> running.put(key, new Running(startedAt, result, absence(batch, key))));
      String operation = batch.group.describe().operation();
      sizes.withTag("operation", operation).record(batch.waiting.size());
      windows
          .withTag("operation", operation)
          .record(Duration.between(batch.openedAt, startedAt.at()));
      return startedAt;
    } finally {
      lock.unlock();
    }
  }

  private static Absence absence(Batch batch, ResourceKey key) {
    return batch.waiting.size() == 1 || batch.toConfirm.contains(key)
        ? Absence.DESCRIBED_ALONE
        : Absence.REPORTED_MISSING;
  }

  private void answer(Batch batch, LogicalClock.Time startedAt) {
    Group group = batch.group;
    // A call that is refused for its only resource is no probe for others.
    Optional<AwsFailure> refusal =
        group.only().isEmpty()
            ? refused.refusal(group.resource(), group.cluster())
            : Optional.empty();
    refusal.ifPresentOrElse(
        failure -> refuse(batch, startedAt, failure), () -> ask(batch, startedAt));
  }

  /** Fails all callers without a word about a single resource, so none is described alone later. */
  private void refuse(Batch batch, LogicalClock.Time startedAt, AwsFailure failure) {
    batch.waiting.forEach(
        (key, result) -> finish(key, result, new Result.Failed(startedAt, failure)));
  }

  private void ask(Batch batch, LogicalClock.Time startedAt) {
    Describe describe = batch.group.describe();
    List<String> ids = batch.waiting.keySet().stream().map(ResourceKey::id).toList();
    try {
      ObjectNode answer =
          ecs.read(
                  describe.operation(),
                  describe.request(batch.group.cluster(), ids),
                  batch.callContext)
              .tree();
      refused.answered(batch.group.resource(), batch.group.cluster());
      Map<String, ObjectNode> found = describe.found(ids.getFirst(), answer);
      batch.waiting.forEach(
          (key, result) -> {
            ObjectNode tree = found.get(key.id());
            if (tree != null) {
              complete(key, result, new Result.Found(startedAt, tree));
            } else if (ids.size() == 1) {
              complete(key, result, notFound(describe, answer, startedAt));
            } else if (absence(batch, key) == Absence.REPORTED_MISSING && isMissing(key, answer)) {
              complete(key, result, new Result.Missing(startedAt));
            } else {
              call(alone(key, batch));
            }
          });
    } catch (AwsFailure failure) {
      if (isForAll(batch.group, failure)) {
        refused.refused(batch.group.resource(), batch.group.cluster(), failure);
      }
      boolean aboutOneResource =
          failure.failureClass() == FailureClass.BLOCKED
              || failure.failureClass() == FailureClass.NOT_FOUND;
      if (ids.size() > 1 && aboutOneResource) {
        describeEachAlone(batch, startedAt, failure);
      } else {
        completeAll(batch, failed(failure, startedAt));
      }
    } catch (RuntimeException e) {
      log.error("Unexpected error while describing {}", batch.waiting.keySet(), e);
      completeAll(
          batch,
          new Result.Failed(
              startedAt,
              AwsFailure.of(
                  describe.operation(), FailureClass.TRANSIENT, "UnexpectedError", e.toString())));
    }
  }

  /** Describes each resource of a batch that ECS refused alone, unless ECS refuses all of them. */
  private void describeEachAlone(Batch batch, LogicalClock.Time startedAt, AwsFailure failure) {
    List<ResourceKey> keys = new ArrayList<>(batch.waiting.keySet());
    // Another one is first each time: it may be denied alone.
    Collections.rotate(keys, (int) (startedAt.order() % keys.size()));
    int probes = failure.isAccessDenied() ? probe(batch, keys, failure) : 0;
    boolean allRefused = areAllRefused(batch.group);
    for (ResourceKey key : keys.subList(probes, keys.size())) {
      if (allRefused) {
        finish(key, waiting(batch, key), new Result.Failed(startedAt, failure));
      } else {
        call(alone(key, batch));
      }
    }
  }

  /**
   * Finds out whether IAM denies the action whatever the resource is: two calls show it, and one
   * while that is known.
   *
   * @return how many resources were described alone
   */
  private int probe(Batch batch, List<ResourceKey> keys, AwsFailure failure) {
    int enough = areAllRefused(batch.group) ? 1 : CALLS_UNTIL_ALL_ARE_REFUSED;
    for (int probes = 0; probes < enough; probes++) {
      ResourceKey key = keys.get(probes);
      Batch alone = alone(key, batch);
      ask(alone, start(alone));
      if (!(waiting(alone, key).join() instanceof Result.Failed)) {
        return probes + 1;
      }
    }
    refused.refused(batch.group.resource(), batch.group.cluster(), failure);
    lock.lock();
    try {
      keys.subList(0, enough).forEach(refusedAlone::remove);
    } finally {
      lock.unlock();
    }
    return enough;
  }

  /** IAM denies the describe of a task definition for all of them or for none. */
  private static boolean isForAll(Group group, AwsFailure failure) {
    return failure.failureClass() == FailureClass.BLOCKED
        && failure.concernsAllObjects()
        && (!failure.isAccessDenied() || group.describe().limit() == 1);
  }

  private boolean areAllRefused(Group group) {
    return refused.areAllRefused(group.resource(), group.cluster());
  }

  private static CompletableFuture<Result> waiting(Batch batch, ResourceKey key) {
    return Objects.requireNonNull(batch.waiting.get(key), "The batch has the resource.");
  }

  private Batch alone(ResourceKey key, Batch batch) {
    Batch alone =
        new Batch(
            new Group(key.resource(), key.cluster(), key.id()),
            logicalClock.now(),
            batch.callContext);
    alone.waiting.put(key, waiting(batch, key));
    return alone;
  }

  /** True if ECS listed the resource under {@code failures} as MISSING, rather than omitting it. */
  private static boolean isMissing(ResourceKey key, ObjectNode answer) {
    return answer
        .path("failures")
        .valueStream()
        .filter(failure -> failure.path("reason").asText().equals("MISSING"))
        .map(failure -> failure.path("arn").asText())
        .anyMatch(arn -> arn.equals(key.id()) || arn.endsWith("/" + key.id()));
  }

  /** The result of a call about one resource if the answer does not describe it. */
  private static Result notFound(
      Describe describe, ObjectNode answer, LogicalClock.Time startedAt) {
    JsonNode failure = answer.path("failures").path(0);
    // An answer that mentions neither the resource nor a failure proves no absence.
    String reason = failure.path("reason").asText("NotMentioned");
    if (describe.isAnswer(answer) && reason.equals("MISSING")) {
      return new Result.Missing(startedAt);
    }
    String detail = failure.path("detail").asText("the answer does not mention it");
    return new Result.Failed(
        startedAt,
        AwsFailure.of(
            describe.operation(), FailureClass.TRANSIENT, reason, "Not described: " + detail));
  }

  private static Result failed(AwsFailure failure, LogicalClock.Time startedAt) {
    return failure.failureClass() == FailureClass.NOT_FOUND
        ? new Result.Missing(startedAt)
        : new Result.Failed(startedAt, failure);
  }

  private void completeAll(Batch batch, Result described) {
    batch.waiting.forEach((key, result) -> complete(key, result, described));
  }

  private void complete(ResourceKey key, CompletableFuture<Result> result, Result described) {
    lock.lock();
    try {
      boolean isRefused =
          described instanceof Result.Failed failed
              && failed.why().failureClass() == FailureClass.BLOCKED
              && !refused.areAllRefused(key.resource(), key.cluster());
      if (isRefused) {
        refusedAlone.add(key);
      } else {
        refusedAlone.remove(key);
      }
    } finally {
      lock.unlock();
    }
    finish(key, result, described);
  }

  private void finish(ResourceKey key, CompletableFuture<Result> result, Result described) {
    lock.lock();
    try {
      if (running.containsKey(key) && running.get(key).result() == result) {
        running.remove(key);
      }
    } finally {
      lock.unlock();
    }
    result.complete(described);
  }

  /** The answer of a describe about one resource. */
  sealed interface Result {
    /** When the call was started. */
    LogicalClock.Time startedAt();

    record Found(LogicalClock.Time startedAt, ObjectNode tree) implements Result {}

    record Missing(LogicalClock.Time startedAt) implements Result {}

    record Failed(LogicalClock.Time startedAt, AwsFailure why) implements Result {}
  }
}
