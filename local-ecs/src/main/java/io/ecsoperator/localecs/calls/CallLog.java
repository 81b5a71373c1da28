package io.ecsoperator.localecs.calls;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The last {@value #LIMIT} calls. Safe for use by many threads. */
public final class CallLog {
  /** Bounds the memory of an endpoint that runs for days. */
  public static final int LIMIT = 20_000;

  private final ArrayDeque<Call> calls = new ArrayDeque<>();
  private final InstantSource wallClock;
  private long sequence;

  public CallLog(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  /** Creates a call from its number in the log and the time on the wall clock. */
  @FunctionalInterface
  public interface Entry {
    Call create(long sequence, Instant wallTime);
  }

  public synchronized void add(Entry entry) {
    if (calls.size() == LIMIT) {
      calls.removeFirst();
    }
    calls.add(entry.create(++sequence, wallClock.instant()));
  }

  /** All calls that are kept, oldest first. */
  public synchronized List<Call> all() {
    return List.copyOf(calls);
  }

  /** The calls of the named operations, oldest first. */
  public List<Call> of(String... operations) {
    Set<String> names = Set.copyOf(Arrays.asList(operations));
    return matching(call -> names.contains(call.operation()));
  }

  /** The write calls, oldest first. */
  public List<Call> writes() {
    return matching(Call::isWrite);
  }

  /** The calls numbered above {@code sequence}, oldest first. */
  public List<Call> after(long sequence) {
    return matching(call -> call.sequence() > sequence);
  }

  /** The number of the newest call; 0 before the first. */
  public synchronized long lastSequence() {
    return sequence;
  }

  /** Forgets all calls and counts from 1 again. */
  public synchronized void clear() {
    calls.clear();
    sequence = 0;
  }

  private synchronized List<Call> matching(Predicate<Call> wanted) {
    return calls.stream().filter(wanted).toList();
  }
}
