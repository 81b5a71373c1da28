package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.quota.Admission.Granted;
import io.ecsoperator.operator.aws.quota.Admission.NotYet;
import io.ecsoperator.operator.aws.quota.QueuedCall.Caller.Away;
import io.ecsoperator.operator.aws.quota.QueuedCall.Caller.Called;
import io.ecsoperator.operator.aws.quota.QueuedCall.Caller.Here;
import io.ecsoperator.operator.aws.quota.TokenBucket.Sent;
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
 * Those who wait to make calls of one category.
 *
 * <p>A turn that is not expected within {@link #PATIENCE} is not waited for, so that few wait
 * however long the line is. The caller is told when to come back, and if it waits for an object its
 * place is kept until somewhat later. Whose turn comes before that, because others have left, is
 * woken. No token lies idle while a caller is there: a place whose caller is away is passed over,
 * and stays the first.
 *
 * <p>Safe for many threads. Nothing is called back by a thread that holds the lock.
 */
final class CallQueue {
  /** How long a turn is waited for at most. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long before its turn a caller is to come back: it has to look around first. */
  static final Duration EARLY = Duration.ofSeconds(2);

  /** How long after its turn a place is kept. */
  static final Duration KEPT = Duration.ofSeconds(30);

  private final Clock clock;
  private final Scheduler scheduler;
  private final Consumer<ObjectKey> enqueue;
  private final CallQueueMetrics metrics;

  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket bucket;
  private final FairQueueOrder order = new FairQueueOrder();
  private final List<QueuedCall> queuedCalls = new ArrayList<>();
  private long numbers;
  private Instant nextLook = Instant.MAX;

  /**
   * @param wake lets somebody look after an object whose turn has come
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

  /** Waits for a turn. The future never completes exceptionally. */
  CompletableFuture<Admission> enter(String operation, CallContext callContext) {
    return locked(
        now -> {
          var admission = new CompletableFuture<Admission>();
          QueuedCall queuedCall =
              queuedCall(operation, callContext, new Here(admission, now.plus(PATIENCE)), now);
          serve(now);
          if (!admission.isDone() && turnOf(queuedCall, now).isAfter(now.plus(PATIENCE))) {
            leave(queuedCall, now);
          }
          return admission;
        });
  }

  /** A call has been answered, or will never be. */
  void answered(Sent sent) {
    locked(
        now -> {
          bucket.answered(sent, now);
          return null;
        });
  }

  /**
   * AWS throttled a call.
   *
   * @return the tokens that come back in a second from now on, if it slows down calls
   */
  Optional<Double> throttled(Sent sent) {
    metrics.throttled();
    return locked(
        now -> bucket.throttled(sent, now) ? Optional.of(bucket.rate(now)) : Optional.empty());
  }

  /**
   * Calls for such objects are not waited for any longer, but keep their places; those for nobody
   * in particular wait on.
   */
  void interrupt(Predicate<ObjectKey> objects) {
    locked(
        now -> {
          queuedCalls.stream()
              .filter(queuedCall -> queuedCall.caller() instanceof Here)
              .filter(queuedCall -> queuedCall.object().filter(objects).isPresent())
              .toList()
              .forEach(queuedCall -> leave(queuedCall, now, now));
          return null;
        });
  }

  /** An object has no more use for its places. */
  void drop(ObjectKey object) {
    locked(
        now -> {
          queuedCalls.stream()
              .filter(queuedCall -> queuedCall.object().filter(object::equals).isPresent())
              .toList()
              .forEach(
                  queuedCall -> {
                    if (queuedCall.caller() instanceof Here here) {
                      here.admission().complete(new NotYet(now));
                    }
                    queuedCalls.remove(queuedCall);
                  });
          return null;
        });
  }

  /** A caller does not wait any longer, nor will it come back. */
  void abandon(CompletableFuture<Admission> admission) {
    locked(
        now -> {
          queuedCalls.removeIf(
              queuedCall ->
                  queuedCall.caller() instanceof Here here && here.admission() == admission);
          if (admission.getNow(new NotYet(now)) instanceof Granted granted) {
            bucket.answered(granted.sent(), now);
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

  /** How many wait, those who have left their place for a while among them. */
  int length() {
    return locked(now -> queuedCalls.size());
  }

  /** Whatever happens, somebody's turn may have come by it. */
  private <T> T locked(Function<Instant, T> work) {
    lock.lock();
    try {
      Instant now = clock.instant();
      T result = work.apply(now);
      serve(now);
      requeueAfter(now);
      return result;
    } finally {
      lock.unlock();
    }
  }

  private QueuedCall queuedCall(String operation, CallContext callContext, Here here, Instant now) {
    Optional<QueuedCall> kept =
        queuedCalls.stream()
            .filter(queuedCall -> queuedCall.isKeptFor(operation, callContext))
            .findFirst();
    if (kept.isPresent()) {
      kept.get().comesBack(callContext.priority(), here);
      return kept.get();
    }
    QueuedCall queuedCall = new QueuedCall(++numbers, operation, callContext, here, now);
    queuedCalls.add(queuedCall);
    return queuedCall;
  }

  private void serve(Instant now) {
    while (bucket.has(1, now)) {
      Optional<QueuedCall> next = order.next(callable(now));
      if (next.isEmpty()) {
        break;
      }
      switch (next.get().caller()) {
        case Here here -> admit(next.get(), here, now);
        case Away away -> call(next.get(), now);
        case Called called -> throw new IllegalStateException("called already");
      }
    }
    overdue(now).toList().forEach(queuedCall -> leave(queuedCall, now));
    if (queuedCalls.isEmpty()) {
      order.restart();
    }
  }

  /** Those who are there, and as many of the others as there are tokens for. */
  private List<QueuedCall> callable(Instant now) {
    boolean more = bucket.has(called() + 1, now);
    return queuedCalls.stream()
        .filter(
            queuedCall ->
                switch (queuedCall.caller()) {
                  case Here here -> true;
                  case Away away -> more && away.until().isAfter(now);
                  case Called gone -> false;
                })
        .toList();
  }

  private void admit(QueuedCall queuedCall, Here here, Instant now) {
    order.took(queuedCall, queuedCalls);
    queuedCalls.remove(queuedCall);
    metrics.waited(queuedCall.priority(), Duration.between(queuedCall.since(), now));
    here.admission().complete(new Granted(bucket.send(now)));
  }

  private void call(QueuedCall queuedCall, Instant now) {
    queuedCall.caller(new Called(now.plus(KEPT)));
    queuedCall
        .object()
        .ifPresent(object -> scheduler.after(Duration.ZERO, () -> enqueue.accept(object)));
  }

  private Stream<QueuedCall> overdue(Instant now) {
    return queuedCalls.stream().filter(queuedCall -> !queuedCall.caller().until().isAfter(now));
  }

  private void leave(QueuedCall queuedCall, Instant now) {
    leave(queuedCall, turnOf(queuedCall, now), now);
  }

  private void leave(QueuedCall queuedCall, Instant turn, Instant now) {
    if (queuedCall.caller() instanceof Here here && queuedCall.object().isPresent()) {
      queuedCall.caller(new Away(turn.plus(KEPT)));
      tell(here, queuedCall, turn, now);
      return;
    }
    queuedCalls.remove(queuedCall);
    if (queuedCall.caller() instanceof Here here) {
      tell(here, queuedCall, turn, now);
    }
  }

  private void tell(Here here, QueuedCall queuedCall, Instant turn, Instant now) {
    metrics.putOff(queuedCall.priority());
    Instant early = turn.minus(EARLY);
    here.admission().complete(new NotYet(early.isAfter(now) ? early : now));
  }

  /** When a turn is likely to come. */
  private Instant turnOf(QueuedCall queuedCall, Instant now) {
    double missing = Math.max(0, order.ahead(queuedCall, queuedCalls) + 1 - bucket.tokens(now));
    return now.plusNanos((long) (missing / bucket.rate(now) * 1e9));
  }

  /** Sees to it that the next thing to happen is noticed, be it a token or a caller's patience. */
  private void requeueAfter(Instant now) {
    Optional<Instant> due = Stream.concat(ends(), nextToken(now).stream()).min(Instant::compareTo);
    due.filter(at -> at.isBefore(nextLook))
        .ifPresent(
            at -> {
              nextLook = at;
              Duration delay = Duration.between(now, at);
              scheduler.after(delay.isNegative() ? Duration.ZERO : delay, () -> look(at));
            });
  }

  private void look(Instant planned) {
    lock.lock();
    try {
      // An earlier look may have been planned since; that one plans the next.
      if (nextLook.equals(planned)) {
        nextLook = Instant.MAX;
        locked(now -> null);
      }
    } finally {
      lock.unlock();
    }
  }

  private Stream<Instant> ends() {
    return queuedCalls.stream()
        .map(QueuedCall::caller)
        .filter(caller -> !(caller instanceof Away))
        .map(QueuedCall.Caller::until);
  }

  private Optional<Instant> nextToken(Instant now) {
    boolean anyHere =
        queuedCalls.stream().anyMatch(queuedCall -> queuedCall.caller() instanceof Here);
    boolean anyAway =
        queuedCalls.stream().anyMatch(queuedCall -> queuedCall.caller() instanceof Away);
    if (anyHere) {
      return bucket.mayHaveAt(1, now);
    }
    return anyAway ? bucket.mayHaveAt(called() + 1, now) : Optional.empty();
  }

  private int called() {
    return (int)
        queuedCalls.stream().filter(queuedCall -> queuedCall.caller() instanceof Called).count();
  }
}
