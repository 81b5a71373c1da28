package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A call's place in a queue. Not safe for use by many threads. */
final class QueuedCall {

  /** What the caller does meanwhile. */
  sealed interface State {

    /**
     * The caller waits in the queue.
     *
     * @param until when it stops waiting
     */
    record Waiting(CompletableFuture<Admission> admission, Instant until) implements State {}

    /**
     * The call was deferred and its place is reserved: the object is reconciled again later.
     *
     * @param until when the reservation expires
     */
    record Reserved(Instant until) implements State {}

    /**
     * The place is reserved and a reconcile of the object was triggered, because there is a token.
     *
     * @param until when the reservation expires
     */
    record Triggered(Instant until) implements State {}

    /** When this state ends by itself. */
    Instant until();
  }

  private final long number;
  private final String operation;
  private final Optional<ObjectKey> object;
  private final Instant enteredAt;
  private Priority priority;
  private State state;

  /**
   * @param number greater than the number of every earlier call
   */
  QueuedCall(
      long number, String operation, CallContext callContext, State state, Instant enteredAt) {
    this.number = number;
    this.operation = operation;
    this.object = callContext.object();
    this.priority = callContext.priority();
    this.state = state;
    this.enteredAt = enteredAt;
  }

  /** True if this place is reserved for such a call. */
  boolean isReservedFor(String calledOperation, CallContext callContext) {
    return !(state instanceof State.Waiting)
        && operation.equals(calledOperation)
        && object.isPresent()
        && object.equals(callContext.object());
  }

  /** The caller waits again; its priority may have changed. */
  void resume(Priority newPriority, State.Waiting waiting) {
    priority = newPriority;
    state = waiting;
  }

  void state(State next) {
    state = next;
  }

  State state() {
    return state;
  }

  long number() {
    return number;
  }

  Optional<ObjectKey> object() {
    return object;
  }

  /** The namespace of the object; empty for a call that is made for no particular object. */
  String namespace() {
    return object.map(ObjectKey::namespace).orElse("");
  }

  Priority priority() {
    return priority;
  }

  Instant enteredAt() {
    return enteredAt;
  }

  /** The result of waiting for quota. */
  sealed interface Admission {

    /** The call may be sent now. The caller has to report its response to the queue. */
    record Granted(TokenBucket.SentCall call) implements Admission {}

    /**
     * The call must not be sent now.
     *
     * @param retryAt when to enter the queue again
     */
    record Deferred(Instant retryAt) implements Admission {}
  }
}
