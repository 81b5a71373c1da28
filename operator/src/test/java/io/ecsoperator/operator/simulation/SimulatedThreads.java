package io.ecsoperator.operator.simulation;

import io.ecsoperator.operator.Scheduler;
import io.ecsoperator.operator.UtcClock;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/**
 * Runs virtual threads one at a time on the caller's thread, in an order that follows from a seed,
 * and in virtual time: the clock moves only when every thread waits. So code that blocks runs as it
 * is, and repeats exactly.
 */
final class SimulatedThreads extends UtcClock {
  /** So many turns without that the time moves are an endless loop. */
  private static final int MOST_TURNS_AT_ONCE = 200_000;

  private static final Constructor<?> VIRTUAL_THREAD = constructor();

  private record Turn(Process process, Runnable continuation) {}

  private record Due(Instant at, long sequence, Runnable task) {}

  private final Random random;
  private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Turn> ready = new ArrayList<>();
  private final PriorityQueue<Due> later =
      new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::sequence));
  private Instant now = start;
  private long sequence;

  SimulatedThreads(Random random) {
    this.random = random;
  }

  private static Constructor<?> constructor() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.VirtualThread")
              .getDeclaredConstructor(Executor.class, String.class, int.class, Runnable.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The JDK has another constructor of virtual threads", e);
    }
  }

  /** A process: all its threads end at once when it is killed, wherever they are. */
  final class Process implements Executor, Scheduler {
    private final String name;
    private boolean killed;

    private Process(String name) {
      this.name = name;
    }

    @Override
    public void execute(Runnable task) {
      if (killed) {
        return;
      }
      Executor turns =
          continuation -> {
            if (!killed) {
              ready.add(new Turn(this, continuation));
            }
          };
      try {
        ((Thread) VIRTUAL_THREAD.newInstance(turns, name, 0, task)).start();
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void after(Duration delay, Runnable task) {
      SimulatedThreads.this.after(delay, () -> execute(task));
    }

    /**
     * Has something done elsewhere while the calling thread waits. It is done even if the process
     * is killed before.
     *
     * @param way how long the request takes, and then the answer
     */
    <T> T call(Duration way, Callable<T> work) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      if (killed) {
        // The calling thread has killed its own process: it ends here.
        answer.join();
      }
      SimulatedThreads.this.after(
          way,
          () -> {
            try {
              T result = work.call();
              SimulatedThreads.this.after(way, () -> answer.complete(result));
            } catch (Exception e) {
              SimulatedThreads.this.after(way, () -> answer.completeExceptionally(e));
            }
          });
      try {
        return answer.get();
      } catch (InterruptedException e) {
        throw new IllegalStateException("Nothing interrupts here", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }

    void kill() {
      killed = true;
    }

    boolean isAlive() {
      return !killed;
    }
  }

  Process process(String name) {
    return new Process(name);
  }

  /** Runs a task on the caller's thread. */
  void after(Duration delay, Runnable task) {
    later.add(new Due(now.plus(delay), sequence++, task));
  }

  /** Lets time pass until a moment. */
  void runUntil(Instant end) {
    int turns = 0;
    while (true) {
      if (!ready.isEmpty()) {
        if (turns++ > MOST_TURNS_AT_ONCE) {
          throw new AssertionError("The operator is in an endless loop at " + now);
        }
        takeTurn();
      } else if (later.isEmpty() || later.peek().at().isAfter(end)) {
        now = end;
        return;
      } else {
        Due due = later.remove();
        if (due.at().isAfter(now)) {
          now = due.at();
          turns = 0;
        }
        due.task().run();
      }
    }
  }

  private void takeTurn() {
    int chosen = random.nextInt(ready.size());
    Turn turn = ready.get(chosen);
    ready.set(chosen, ready.getLast());
    ready.removeLast();
    if (turn.process().isAlive()) {
      turn.continuation().run();
    }
  }

  /** As {@link System#nanoTime}. */
  long nanoTime() {
    return Duration.between(start, now).toNanos();
  }

  @Override
  public Instant instant() {
    return now;
  }
}
