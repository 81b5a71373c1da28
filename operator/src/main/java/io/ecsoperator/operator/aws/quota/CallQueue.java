package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Deferred;
import io.ecsoperator.operator.aws.quota.QueuedCall.Admission.Granted;
import io.ecsoperator.operator.aws.quota.QueuedCall.State.Reserved;
import io.ecsoperator.operator.aws.quota.QueuedCall.State.Triggered;
import io.ecsoperator.operator.aws.quota.QueuedCall.State.Waiting;
import io.ecsoperator.operator.aws.quota.TokenBucket.SentCall;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The calls of one category that wait for a token.
 *
 * <p>A call waits in the queue only if its admission is expected within {@link #MAX_WAIT}, so that
 * few threads wait even if the queue is long. Other calls are deferred: the caller gets the time of
 * its next attempt, and a call for an object has its place reserved until {@link #RESERVATION}
 * after its expected admission. If a token is free earlier, because other calls have left, the
 * queue enqueues the object. No token stays unused while a call waits: reserved places are skipped,
 * and keep their position.
 *
 * <p>Safe for use by many threads. Callbacks run on threads that do not hold the lock.
 */
final class CallQueue {
  /** The longest time that a call waits in the queue. */
  static final Duration MAX_WAIT = Duration.ofSeconds(10);

  /** A deferred call is due this long before its expected admission: its reconcile reads first. */
  static final Duration RETRY_LEAD = Duration.ofSeconds(2);

  /** How long a place is reserved after the expected admission. */
  static final Duration RESERVATION = Duration.ofSeconds(30);

  private final Clock clock;
  private final Scheduler scheduler;
  private final Consumer<ObjectKey> enqueue;
  private final CallQueueMetrics metrics;

  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket bucket;
  private final FairQueueOrder order = new FairQueueOrder();
  private final List<QueuedCall> queuedCalls = new ArrayList<>();
  private long lastNumber;
  private Instant nextCheck = Instant.MAX;

  /**
   * @param enqueue reconciles an object when there is a token for its deferred call
   */
  CallQueue(
      Quota quota,
      Clock clock,
      Scheduler scheduler,
      Consumer<ObjectKey> enqueue,
      CallQueueMetrics metrics) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.enqueue = enqueue;
    this.metrics = metrics;
    this.bucket = new TokenBucket(quota, clock.instant());
  }

  /** Asks for a token. The future never completes exceptionally. */
  CompletableFuture<Admission> enter(String operation, CallContext callContext) {
    return locked(
        now -> {
          var admission = new CompletableFuture<Admission>();
          QueuedCall queuedCall =
              queuedCall(operation, callContext, new Waiting(admission, now.plus(MAX_WAIT)), now);
          serve(now);
          if (!admission.isDone()
              && expectedAdmission(queuedCall, now).isAfter(now.plus(MAX_WAIT))) {
            deferOrRemove(queuedCall, now);
          }
          return admission;
        });
  }

  /** Records that a call got its response, or failed. */
  void answered(SentCall call) {
    locked(
        now -> {
          bucket.answered(call, now);
          return null;
        });
  }

  /**
   * Records that AWS throttled a call.
   *
   * @return the new refill rate in tokens per second, if it was lowered
   */
  Optional<Double> throttled(SentCall call) {
    metrics.throttled();
    return locked(
        now -> bucket.throttled(call, now) ? Optional.of(bucket.rate(now)) : Optional.empty());
  }

  /**
   * Defers the waiting calls of these objects at once and reserves their places. Calls for no
   * particular object continue to wait.
   */
  void interrupt(Predicate<ObjectKey> objects) {
    locked(
        now -> {
          queuedCalls.stream()
              .filter(queuedCall -> queuedCall.state() instanceof Waiting)
              .filter(queuedCall -> queuedCall.object().filter(objects).isPresent())
              .toList()
              .forEach(queuedCall -> deferOrRemove(queuedCall, now, now));
          return null;
        });
  }

  /** Defers the waiting calls of an object at once, and removes its places. */
  void drop(ObjectKey object) {
    locked(
        now -> {
          queuedCalls.stream()
              .filter(queuedCall -> queuedCall.object().filter(object::equals).isPresent())
              .toList()
              .forEach(
                  queuedCall -> {
                    if (queuedCall.state() instanceof Waiting waiting) {
                      waiting.admission().complete(new Deferred(now));
                    }
                    queuedCalls.remove(queuedCall);
                  });
          return null;
        });
  }

  /** Removes a call whose caller has stopped waiting, and returns its token if it got one. */
  void abandon(CompletableFuture<Admission> admission) {
    locked(
        now -> {
          queuedCalls.removeIf(
              queuedCall ->
                  queuedCall.state() instanceof Waiting waiting
                      && waiting.admission() == admission);
          if (admission.getNow(new Deferred(now)) instanceof Granted granted) {
            bucket.answered(granted.call(), now);
          }
          return null;
        });
  }

  double tokens() {
    return locked(bucket::tokens);
  }

  double rate() {
    return locked(bucket::rate);
  }

  /** Waiting calls and reserved places. */
  int length() {
    return locked(now -> queuedCalls.size());
  }

  /** Runs {@code work} under the lock, then admits calls: every change may have made one due. */
  private <T> T locked(Function<Instant, T> work) {
    lock.lock();
    try {
      Instant now = clock.instant();
      T result = work.apply(now);
      serve(now);
      scheduleNextCheck(now);
      return result;
    } finally {
      lock.unlock();
    }
  }

  private QueuedCall queuedCall(
      String operation, CallContext callContext, Waiting waiting, Instant now) {
    Optional<QueuedCall> reserved =
        queuedCalls.stream()
            .filter(queuedCall -> queuedCall.isReservedFor(operation, callContext))
            .findFirst();
    if (reserved.isPresent()) {
      reserved.get().resume(callContext.priority(), waiting);
      return reserved.get();
    }
    QueuedCall queuedCall = new QueuedCall(++lastNumber, operation, callContext, waiting, now);
    queuedCalls.add(queuedCall);
    return queuedCall;
  }

  private void serve(Instant now) {
    while (bucket.has(1, now)) {
      Optional<QueuedCall> next = order.next(candidates(now));
      if (next.isEmpty()) {
        break;
      }
      switch (next.get().state()) {
        case Waiting waiting -> admit(next.get(), waiting, now);
        case Reserved reserved -> trigger(next.get(), now);
        case Triggered triggered ->
            throw new IllegalStateException("a triggered call was a candidate");
      }
    }
    expired(now).toList().forEach(queuedCall -> deferOrRemove(queuedCall, now));
    if (queuedCalls.isEmpty()) {
      order.reset();
    }
  }

  /** Waiting calls, and reserved ones while there are more tokens than triggered calls. */
  private List<QueuedCall> candidates(Instant now) {
    boolean more = bucket.has(triggered() + 1, now);
    return queuedCalls.stream()
        .filter(
            queuedCall ->
                switch (queuedCall.state()) {
                  case Waiting waiting -> true;
                  case Reserved reserved -> more && reserved.until().isAfter(now);
                  case Triggered triggered -> false;
                })
        .toList();
  }

  private void admit(QueuedCall queuedCall, Waiting waiting, Instant now) {
    order.admitted(queuedCall, queuedCalls);
    queuedCalls.remove(queuedCall);
    metrics.waited(queuedCall.priority(), Duration.between(queuedCall.enteredAt(), now));
    waiting.admission().complete(new Granted(bucket.send(now)));
  }

  private void trigger(QueuedCall queuedCall, Instant now) {
    queuedCall.state(new Triggered(now.plus(RESERVATION)));
    queuedCall
        .object()
        .ifPresent(object -> scheduler.after(Duration.ZERO, () -> enqueue.accept(object)));
  }

  private Stream<QueuedCall> expired(Instant now) {
    return queuedCalls.stream().filter(queuedCall -> !queuedCall.state().until().isAfter(now));
  }

  private void deferOrRemove(QueuedCall queuedCall, Instant now) {
    deferOrRemove(queuedCall, expectedAdmission(queuedCall, now), now);
  }

  /** A waiting call for an object keeps its place; any other, and an expired place, is removed. */
  private void deferOrRemove(QueuedCall queuedCall, Instant admissionAt, Instant now) {
    if (queuedCall.state() instanceof Waiting waiting && queuedCall.object().isPresent()) {
      queuedCall.state(new Reserved(admissionAt.plus(RESERVATION)));
      completeDeferred(waiting, queuedCall, admissionAt, now);
      return;
    }
    queuedCalls.remove(queuedCall);
    if (queuedCall.state() instanceof Waiting waiting) {
      completeDeferred(waiting, queuedCall, admissionAt, now);
    }
  }

  private void completeDeferred(
      Waiting waiting, QueuedCall queuedCall, Instant admissionAt, Instant now) {
    metrics.deferred(queuedCall.priority());
    Instant retryAt = admissionAt.minus(RETRY_LEAD);
    waiting.admission().complete(new Deferred(retryAt.isAfter(now) ? retryAt : now));
  }

  /** Estimates when a call is admitted. */
  private Instant expectedAdmission(QueuedCall queuedCall, Instant now) {
    double missing = Math.max(0, order.ahead(queuedCall, queuedCalls) + 1 - bucket.tokens(now));
    return now.plusNanos((long) (missing / bucket.rate(now) * 1e9));
  }

  /** Schedules a check for when the next token arrives or the next place expires. */
  private void scheduleNextCheck(Instant now) {
    Optional<Instant> due =
        Stream.concat(expiries(), nextToken(now).stream()).min(Instant::compareTo);
    due.filter(at -> at.isBefore(nextCheck))
        .ifPresent(
            at -> {
              nextCheck = at;
              Duration delay = Duration.between(now, at);
              scheduler.after(delay.isNegative() ? Duration.ZERO : delay, () -> check(at));
            });
  }

  private void check(Instant planned) {
    lock.lock();
    try {
      // If an earlier check was scheduled meanwhile, that check schedules the next one.
      if (nextCheck.equals(planned)) {
        nextCheck = Instant.MAX;
        locked(now -> null);
      }
    } finally {
      lock.unlock();
    }
  }

  private Stream<Instant> expiries() {
    return queuedCalls.stream()
        .map(QueuedCall::state)
        .filter(state -> !(state instanceof Reserved))
        .map(QueuedCall.State::until);
  }

  private Optional<Instant> nextToken(Instant now) {
    boolean anyWaiting =
        queuedCalls.stream().anyMatch(queuedCall -> queuedCall.state() instanceof Waiting);
    boolean anyReserved =
        queuedCalls.stream().anyMatch(queuedCall -> queuedCall.state() instanceof Reserved);
    if (anyWaiting) {
      return bucket.nextCheckAt(1, now);
    }
    return anyReserved ? bucket.nextCheckAt(triggered() + 1, now) : Optional.empty();
  }

  private int triggered() {
    return (int)
        queuedCalls.stream().filter(queuedCall -> queuedCall.state() instanceof Triggered).count();
  }
}
