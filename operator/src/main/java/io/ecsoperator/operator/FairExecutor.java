package io.ecsoperator.operator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Runs reconciles, a limited number at once. Namespaces take turns: the next reconcile is of the
 * namespace that has the fewest under way, and no namespace ever has more than half of the places.
 * So a namespace with ten thousand objects delays an object of another one by the rest of a few
 * reconciles, and by as much if all of its own wait for AWS.
 */
final class FairExecutor extends AbstractExecutorService {
  /** Reconciles begin all the time; if none could for so long, none will. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  /** Longer than all calls of a reconcile take if each one waits and times out. */
  static final Duration LONGEST_RECONCILE = Duration.ofMinutes(30);

  private record Running(String namespace, long since) {}

  private final int atOnce;
  private final int perNamespace;
  private final Supplier<String> namespace;
  private final ThreadFactory threads;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();

  /** By namespace; the one that was served last is the last one. */
  private final Map<String, Queue<Runnable>> waiting = new LinkedHashMap<>();

  private final Map<Thread, Running> running = new HashMap<>();
  private final Map<String, Integer> runningByNamespace = new HashMap<>();
  private long nothingWaitedOrOneBegan;
  private boolean shutdown;

  /**
   * @param atOnce at least 2
   * @param namespace of the object whose reconcile the calling thread submits
   */
  FairExecutor(
      int atOnce, Supplier<String> namespace, ThreadFactory threads, LongSupplier nanoTime) {
    this.atOnce = atOnce;
    this.perNamespace = atOnce / 2;
    this.namespace = namespace;
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  @Override
  public void execute(Runnable task) {
    String of = namespace.get();
    lock.lock();
    try {
      if (shutdown) {
        throw new RejectedExecutionException("The executor was shut down.");
      }
      if (waiting.isEmpty()) {
        nothingWaitedOrOneBegan = nanoTime.getAsLong();
      }
      waiting.computeIfAbsent(of, first -> new ArrayDeque<>()).add(task);
      startNext();
    } finally {
      lock.unlock();
    }
  }

  private void startNext() {
    while (running.size() < atOnce) {
      Optional<String> next = nextNamespace();
      if (next.isEmpty()) {
        return;
      }
      start(next.get());
    }
  }

  private Optional<String> nextNamespace() {
    return waiting.keySet().stream()
        .filter(candidate -> runningOf(candidate) < perNamespace)
        .min(Comparator.comparingInt(this::runningOf));
  }

  private int runningOf(String of) {
    return runningByNamespace.getOrDefault(of, 0);
  }

  private void start(String of) {
    Queue<Runnable> tasks = Objects.requireNonNull(waiting.remove(of));
    Runnable task = tasks.remove();
    if (!tasks.isEmpty()) {
      waiting.put(of, tasks);
    }
    Thread thread = threads.newThread(() -> run(task));
    nothingWaitedOrOneBegan = nanoTime.getAsLong();
    running.put(thread, new Running(of, nothingWaitedOrOneBegan));
    runningByNamespace.merge(of, 1, Integer::sum);
    thread.start();
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      ended(Thread.currentThread());
    }
  }

  private void ended(Thread thread) {
    lock.lock();
    try {
      runningByNamespace.computeIfPresent(
          Objects.requireNonNull(running.remove(thread)).namespace(),
          (of, count) -> count == 1 ? null : count - 1);
      startNext();
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Why only a new process helps; empty while reconciles begin and end. */
  Optional<String> stuck() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (!waiting.isEmpty() && now - nothingWaitedOrOneBegan > LONGEST_WAIT.toNanos()) {
        return Optional.of("reconciles wait, and none has begun for " + LONGEST_WAIT);
      }
      return running.values().stream()
          .filter(reconcile -> now - reconcile.since() > LONGEST_RECONCILE.toNanos())
          .findFirst()
          .map(
              reconcile ->
                  "a reconcile in namespace "
                      + reconcile.namespace()
                      + " has not ended for "
                      + LONGEST_RECONCILE);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void shutdown() {
    lock.lock();
    try {
      shutdown = true;
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    lock.lock();
    try {
      shutdown = true;
      List<Runnable> notBegun = new ArrayList<>();
      waiting.values().forEach(notBegun::addAll);
      waiting.clear();
      running.keySet().forEach(Thread::interrupt);
      ended.signalAll();
      return notBegun;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isShutdown() {
    lock.lock();
    try {
      return shutdown;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isTerminated() {
    lock.lock();
    try {
      return shutdown && running.isEmpty() && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long left = unit.toNanos(timeout);
    lock.lock();
    try {
      while (!isTerminated()) {
        if (left <= 0) {
          return false;
        }
        left = ended.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
