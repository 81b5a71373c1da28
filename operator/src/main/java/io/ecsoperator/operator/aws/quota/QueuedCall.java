package io.ecsoperator.operator.aws.quota;

import io.ecsoperator.operator.ObjectKey;
import io.ecsoperator.operator.aws.CallContext;
import io.ecsoperator.operator.aws.Priority;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A call's place in a line. Not safe for many threads. */
final class QueuedCall {

  /** Where the caller is. */
  sealed interface Caller {

    /**
     * It waits.
     *
     * @param until when it gives up
     */
    record Here(CompletableFuture<Admission> admission, Instant until) implements Caller {}

    /**
     * It has gone, and knows when to come back.
     *
     * @param until when the place is given up
     */
    record Away(Instant until) implements Caller {}

    /** It has been woken, because it is its turn. */
    record Called(Instant until) implements Caller {}

    /** When this ends by itself. */
    Instant until();
  }

  private final long number;
  private final String operation;
  private final Optional<ObjectKey> object;
  private final Instant since;
  private Priority priority;
  private Caller caller;

  /**
   * @param number greater than that of any ticket before
   */
  QueuedCall(long number, String operation, CallContext callContext, Caller caller, Instant since) {
    this.number = number;
    this.operation = operation;
    this.object = callContext.object();
    this.priority = callContext.priority();
    this.caller = caller;
    this.since = since;
  }

  /** Whether this is the place of somebody who comes back. */
  boolean isKeptFor(String wanted, CallContext callContext) {
    return !(caller instanceof Caller.Here)
        && operation.equals(wanted)
        && object.isPresent()
        && object.equals(callContext.object());
  }

  /** It may be more or less urgent by now. */
  void comesBack(Priority now, Caller.Here here) {
    priority = now;
    caller = here;
  }

  void caller(Caller now) {
    caller = now;
  }

  Caller caller() {
    return caller;
  }

  long number() {
    return number;
  }

  Optional<ObjectKey> object() {
    return object;
  }

  /** Empty for what is called for nobody in particular. */
  String namespace() {
    return object.map(ObjectKey::namespace).orElse("");
  }

  Priority priority() {
    return priority;
  }

  Instant since() {
    return since;
  }
}
